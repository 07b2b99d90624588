import type { KubernetesObject, StringMap } from './objects.ts';
import { badRequest } from './status.ts';

export type Selector = (object: KubernetesObject) => boolean;

type Requirement = (labels: StringMap) => boolean;

const NAME = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const EXISTS = new RegExp(`^(!?)\\s*(${NAME})$`);
const EQUALS = new RegExp(`^(${NAME})\\s*(=|==|!=)\\s*([-A-Za-z0-9_.]*)$`);
const SET = new RegExp(`^(${NAME})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);

/** Throws a BadRequest. */
export function labelSelector(text: string): Selector {
  const requirements = splitOutsideParentheses(text).map(requirementOf);
  return (object) => requirements.every((holds) => holds(object.metadata.labels ?? {}));
}

/** Supports the two fields that all resources have. Throws a BadRequest for others. */
export function fieldSelector(text: string): Selector {
  const terms = text.split(',').filter((term) => term !== '');
  const tests = terms.map((term) => {
    const [, field = '', operator = '', value = ''] = /^(.*?)(!=|==|=)(.*)$/.exec(term) ?? [];
    if (operator === '') throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    if (field !== 'metadata.name' && field !== 'metadata.namespace') {
      throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
    }
    return ({ metadata }: KubernetesObject): boolean =>
      ((field === 'metadata.name' ? metadata.name : (metadata.namespace ?? '')) === value) === (operator !== '!=');
  });
  return (object) => tests.every((holds) => holds(object));
}

function splitOutsideParentheses(text: string): string[] {
  return (text.match(/(?:[^,(]|\([^)]*\)?)+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '');
}

function requirementOf(text: string): Requirement {
  const [, not, name] = EXISTS.exec(text) ?? [];
  if (name !== undefined) return (labels) => Object.hasOwn(labels, name) === (not === '');

  const [, key, operator, value] = EQUALS.exec(text) ?? [];
  if (key !== undefined) return (labels) => (Object.hasOwn(labels, key) && labels[key] === value) === (operator !== '!=');

  const [, member, relation, list = ''] = SET.exec(text) ?? [];
  if (member === undefined) throw badRequest(`unable to parse requirement: found '${text}'`);
  const values = new Set(list.split(',').map((one) => one.trim()));
  return (labels) => (Object.hasOwn(labels, member) && values.has(labels[member] ?? '')) === (relation === 'in');
}
