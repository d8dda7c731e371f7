/** A field of RFC 4180. A spreadsheet runs what begins like a formula, and names of flows and clients come from others. */
export function csvField(field: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(field) && Number.isNaN(Number(field));
  const safe = isFormula ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
