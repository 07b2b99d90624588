/**
 * JSON merge patch, RFC 7396: null removes, an object is merged, everything else replaces. The result shares what did not change.
 * Strategic merge patches of a ConfigMap mean the same, once their directives (`$patch`, `$setElementOrder/…`) are left out.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$')) continue;
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  // SECURITY: defines properties instead of assigning them, so `__proto__` is a name like any other.
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
