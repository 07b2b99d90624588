import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { QuitOnce } from '../../../main/desktop/quit.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let app: EventEmitter & { exit: ReturnType<typeof vi.fn> };
let quit: QuitOnce;
const before = SIGNALS.map((signal) => process.listeners(signal));

beforeEach(() => {
  vi.useFakeTimers();
  app = Object.assign(new EventEmitter(), { exit: vi.fn() });
  quit = new QuitOnce(app as unknown as App);
});

afterEach(() => {
  vi.useRealTimers();
  for (const [index, signal] of SIGNALS.entries()) {
    for (const listener of process.listeners(signal)) if (!before[index]?.includes(listener)) process.off(signal, listener);
  }
});

describe('quitting', () => {
  test('closes in the reverse order of the start, then exits once', async () => {
    const closed: string[] = [];
    quit.before(async () => void closed.push('services'));
    quit.before(async () => void closed.push('window'));
    await Promise.all([quit.now(), quit.now()]);
    expect(closed).toEqual(['window', 'services']);
    expect(app.exit.mock.calls).toEqual([[0]]);
  });

  test('doesn’t wait for what doesn’t close', async () => {
    quit.before(() => new Promise(() => undefined));
    void quit.now();
    await vi.advanceTimersByTimeAsync(1499);
    expect(app.exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(app.exit).toHaveBeenCalledWith(0);
  });

  test('continues when something fails to close', async () => {
    const last = vi.fn(async () => undefined);
    quit.before(last);
    quit.before(() => Promise.reject(new Error('stuck')));
    await quit.now();
    expect(last).toHaveBeenCalledOnce();
    expect(app.exit).toHaveBeenCalledWith(0);
  });

  test('the system’s own way closes everything too', async () => {
    const close = vi.fn(async () => undefined);
    quit.before(close);
    const preventDefault = vi.fn();
    app.emit('before-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(0);
    expect(quit.begun).toBe(true);
    await quit.now();
    expect(close).toHaveBeenCalledOnce();
  });

  test('waits for the page when the user asks, but never for a signal', async () => {
    const page = Promise.withResolvers<void>();
    quit.first(() => page.promise);
    void quit.ask();
    await vi.advanceTimersByTimeAsync(0);
    expect(quit.asked).toBe(true);
    expect(app.exit).not.toHaveBeenCalled();
    await quit.now();
    expect(app.exit).toHaveBeenCalledWith(0);
    page.resolve();
  });

  test('a failure closes everything, and exits 1 after it was read', async () => {
    const read = Promise.withResolvers<void>();
    const close = vi.fn(async () => undefined);
    quit.before(close);
    const failed = quit.fail(() => read.promise);
    await vi.advanceTimersByTimeAsync(5000);
    expect(close).toHaveBeenCalledOnce();
    expect(app.exit).not.toHaveBeenCalled();
    read.resolve();
    await failed;
    expect(app.exit.mock.calls).toEqual([[1]]);
  });

  test.each(SIGNALS)('%s ends the program, even while a message waits for someone to read it', async (signal) => {
    quit.obeySignals();
    void quit.fail(() => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(5000);
    process.emit(signal);
    await vi.advanceTimersByTimeAsync(1500);
    expect(app.exit).toHaveBeenCalledWith(0);
  });
});
