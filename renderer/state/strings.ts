// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const viewsNeedAppContextAroundThem = 'Views need an AppContext around them';
export const shownBeforeFirstStateArrived = 'Shown before the first state arrived';
export const tryAgain = 'Try again';
export const ctrl = 'Ctrl';
