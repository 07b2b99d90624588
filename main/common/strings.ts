// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const namespaceOrName = 'A namespace, or a ConfigMap as namespace/name, has only lower-case letters, digits and dashes';
export const pathMustBeAbsolute = 'A path must be absolute, or begin with ~/';
