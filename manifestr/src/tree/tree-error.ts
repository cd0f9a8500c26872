// What is wrong with the folder of templates or the place for the output; told to the user without a stack.

export class TreeError extends Error {}
