// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const somethingWentWrongInsideKAudit = (id: string) =>
  `Something went wrong inside kAudit Tray. Try again. If it happens again, report log id ${id}.`;
export const commandDoesntExist = 'This command doesn’t exist.';
export const argumentsMoreThanNestedLevels = (maxDepth: number) =>
  `The arguments have more than ${maxDepth} nested levels. Send a flatter value.`;
export const theArguments = 'The arguments';
export const doesntExpectedForm = 'it doesn’t have the expected form';
export const cantUsed = (words: string, message: string) => `${words} can’t be used: ${message}.`;
export const notFound = 'Not found\n';
