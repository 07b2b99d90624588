// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const namespaceOrName = 'A namespace, or namespace/name of a ConfigMap, has lower-case letters, digits and dashes';
export const pathMustBeAbsolute = 'A path must be absolute, or begin with ~/';
