/** A name that a global variable of Langflow can have. */
export const variableName = /^[A-Za-z_][\w-]*$/;
