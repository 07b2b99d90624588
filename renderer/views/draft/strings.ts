// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const noChanges = 'No changes';
export const linesChanged = (lines: string) => `${lines} of text changed`;
export const needsEditorAround = 'Needs an editor around it';
export const lineLine = (line: number) => ` Line ${line}.`;
