import type { Locator } from 'playwright-core';
import { fieldPath, valueAt } from '../../../main/common/integration/document.ts';
import { FIELDS, type FieldDescription } from '../../../main/common/integration/reading/field-table.ts';
import type { Field, Integration } from '../../../main/common/integration/reading/integration.ts';
import type { Path, Value } from '../../../main/common/yaml/value.ts';

// The controls of an open form as a user sees them, and the place in the document that each one stands for.

export interface Control {
  readonly kind: 'text' | 'raw' | 'switch' | 'checkbox' | 'select';
  /** For `[data-random="…"]`. */
  readonly mark: number;
  readonly label: string;
  /** Of a checkbox: the field. */
  readonly group: string;
  /** Which target of the integration. */
  readonly target: number;
  readonly value: string;
}

/** What can be used now. Marks the elements. */
export function controlsIn(form: Locator): Promise<readonly Control[]> {
  return form.evaluate((root) => {
    const words = (element: Element | null | undefined) => (element?.textContent ?? '').trim();
    const found: Control[] = [];
    for (const old of document.querySelectorAll('[data-random]')) old.removeAttribute('data-random');
    for (const element of root.querySelectorAll('input, button.select-button')) {
      if (!element.checkVisibility() || element.matches(':disabled') || element.closest('.coralogix, .coralogix-address, .try-names'))
        continue;
      const mark = found.length;
      const section = element.closest('section:is([aria-label^="Target"], [aria-label^="Limits"])')?.getAttribute('aria-label') ?? '';
      const target = Math.max(0, Number(/\d+/.exec(section)?.[0] ?? 1) - 1);
      const base = { mark, target, group: '' };
      const field = element.closest('.field');
      if (element instanceof HTMLInputElement) {
        const label = words(element.labels?.[0]) || (element.getAttribute('aria-label') ?? '');
        if (element.type === 'checkbox') {
          const group = words(element.closest('fieldset.checkbox-group')?.querySelector('legend'));
          const kind = element.getAttribute('role') === 'switch' ? 'switch' : 'checkbox';
          if (kind === 'switch' || group !== '') found.push({ ...base, kind, label, group, value: String(element.checked) });
          else continue;
        } else if (element.type === 'text') {
          found.push({ ...base, kind: element.closest('.raw-field') ? 'raw' : 'text', label, value: element.value });
        } else continue;
      } else {
        found.push({
          ...base,
          kind: 'select',
          label: words(field?.firstElementChild),
          value: words(element.querySelector('.select-value')),
        });
      }
      element.setAttribute('data-random', String(mark));
    }
    return found;
  });
}

export interface Place {
  readonly path: Path;
  readonly value: Value | undefined;
  readonly description: FieldDescription | undefined;
}

/** Where a control's value is in the text. undefined: the control isn't a field's. */
export function placeOf(control: Control, integration: Integration, text: string): Place | undefined {
  const label = (control.group || control.label).replace(/ \(reference\)$/, '');
  const description = FIELDS.find((field) => field.label === label);
  const at = (path: Path): Place => ({ path, value: valueAt(text, path), description });
  const target = integration.targets[control.target];
  const named = (fields: readonly Field[], ...names: readonly string[]) => fields.findLast(({ name }) => names.includes(name))?.path;
  if (description === undefined) {
    const path = named(target?.fields ?? [], control.label) ?? named([...integration.filter, ...integration.fields], control.label);
    return path && at(path);
  }
  const { name, level } = description;
  if (level === 'entry') return at([integration.index, name]);
  if (level === 'filter') {
    const own =
      named(integration.filter, name) ?? (name === 'report' ? named([...(target?.fields ?? []), ...integration.fields], name) : undefined);
    return at(own ?? [integration.index, 'data-filter', name]);
  }
  if (target === undefined) return undefined;
  return at(named(target.fields, name, `ref/${name}`) ?? fieldPath(integration, target, name));
}

/** What the control must show for the text. undefined: not compared. */
export function shownValue(control: Control, { value, description }: Place): string | undefined {
  switch (control.kind) {
    case 'text':
    case 'raw':
      return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    case 'switch':
      return String(isYes(value));
    case 'checkbox':
      return String(Array.isArray(value) && value.some((item) => isChoice(description, control.label, item)));
    case 'select': {
      if (value === undefined) return undefined;
      return description?.choices?.find(({ value: choice }) => choice === value)?.label;
    }
  }
}

export function isYes(value: Value | undefined): boolean {
  return value === true || value === 'true' || value === 'yes';
}

export function isChoice(description: FieldDescription | undefined, label: string, item: Value): boolean {
  const choice = description?.choices?.find((each) => each.label === label);
  return choice !== undefined && (item === choice.value || item === choice.olderSpelling);
}
