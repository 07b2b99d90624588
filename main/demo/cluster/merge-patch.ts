/**
 * JSON merge patch (RFC 7396); shares unchanged parts. A ConfigMap's strategic patch means the same without its
 * directives (`$patch`, `$setElementOrder/…`).
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$')) continue;
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  // SECURITY: defines properties instead of assigning them, so `__proto__` is a plain name.
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
