import { join } from 'node:path';
import type { DeliveryReport } from '../common/delivery/delivery.ts';
import { keptReport, readReport } from '../common/delivery/schema.ts';
import { readText, removeLeftovers, writeJson } from './json-file.ts';
import * as strings from './strings.ts';

const KEPT = 20;
const KEPT_IN_ALL = 4000;
/** Milliseconds: "test all" makes many changes. */
const WRITE_DELAY = 500;

interface Entry {
  readonly subject: string;
  readonly report: DeliveryReport;
}

export class DeliveryHistory {
  readonly #path: string;
  readonly #onProblem: (message: string) => void;
  #entries: readonly Entry[];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { readonly directory: string; onProblem(message: string): void }) {
    this.#path = join(options.directory, 'deliveries.json');
    this.#onProblem = (message) => options.onProblem(message);
    this.#entries = this.#read();
  }

  all(): readonly DeliveryReport[] {
    return this.#entries.map(({ report }) => report);
  }

  besides(id: string): readonly DeliveryReport[] {
    const subject = this.#entries.find(({ report }) => report.id === id)?.subject;
    return this.#entries.filter((entry) => entry.subject === subject).map(({ report }) => report);
  }

  lastSuccess(subject: string): DeliveryReport | undefined {
    return this.#entries.find((entry) => entry.subject === subject && entry.report.outcome === 'passed')?.report;
  }

  add(subject: string, report: DeliveryReport): void {
    if (report.outcome === 'running' || report.outcome === 'cancelled') return;
    const others = this.#entries.filter((entry) => entry.report.id !== report.id);
    const own = [{ subject, report: keptReport(report) }, ...others.filter((entry) => entry.subject === subject)];
    const kept = own.slice(0, KEPT);
    const success = own.find((entry) => entry.report.outcome === 'passed');
    const keeping = new Set(success === undefined || kept.includes(success) ? kept : [...kept.slice(0, -1), success]);
    const all = [...own, ...others.filter((entry) => entry.subject !== subject)];
    this.#entries = all.filter((entry) => entry.subject !== subject || keeping.has(entry)).slice(0, KEPT_IN_ALL);
    this.#timer ??= setTimeout(() => this.#write(), WRITE_DELAY);
  }

  update(report: DeliveryReport): void {
    const subject = this.#entries.find((entry) => entry.report.id === report.id)?.subject;
    if (subject === undefined) return;
    this.#entries = this.#entries.map((entry) => (entry.report.id === report.id ? { subject, report: keptReport(report) } : entry));
    this.#timer ??= setTimeout(() => this.#write(), WRITE_DELAY);
  }

  close(): void {
    if (this.#timer !== undefined) this.#write();
  }

  #read(): readonly Entry[] {
    let text: string | undefined;
    try {
      text = readText(this.#path);
      if (text !== undefined) removeLeftovers(this.#path);
    } catch {
      this.#onProblem(strings.deliveryReportsCantRead(this.#path));
    }
    if (text === undefined) return [];
    const found = parse(text);
    const entries = found.flatMap((item): Entry[] => {
      const { subject, report: value } = (item ?? {}) as { subject?: unknown; report?: unknown };
      const report = readReport(value);
      return typeof subject === 'string' && /^[0-9a-f]{64}$/.test(subject) && report !== undefined ? [{ subject, report }] : [];
    });
    if (entries.length < found.length || (found.length === 0 && text.trim() !== '[]'))
      this.#onProblem(strings.someDeliveryReportsCantRead(this.#path));
    return entries.slice(0, KEPT_IN_ALL);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      writeJson(this.#path, this.#entries);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      this.#onProblem(strings.deliveryReportsCantSavedKAudit(this.#path, code));
    }
  }
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
