/**
 * A file name as the least careful file system may see it: case and Unicode form folded, invisible characters and
 * trailing dots and spaces dropped, NTFS streams cut off. Two names with one key can be the same file somewhere.
 */
export function nameKey(name: string): string {
  return name
    .normalize("NFC")
    .replace(invisible, "")
    .replace(/:.*$/s, "")
    .replace(/[. ]+$/, "")
    .toUpperCase()
    .toLowerCase();
}

/** The folded names of a path relative to its root, joined by "/". */
export function pathKey(relative: string): string {
  return relative
    .split("/")
    .map(nameKey)
    .filter((key) => key !== "")
    .join("/");
}

/** Zero-width and direction marks: they hide in a name or turn it around on the screen. */
const invisible = /[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;
// eslint-disable-next-line no-control-regex -- finding control characters is what it is for
const control = /[\u0000-\u001F\u007F-\u009F]/;
const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$/i;
const shortName = /^[^.]{1,6}~\d{1,2}(\.[^.]{1,3})?$/;
const maxNameBytes = 255;

/** What makes a name unfit everywhere, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (control.test(name)) return "contains a control character";
  if (Buffer.byteLength(name) > maxNameBytes) return "has a name longer than 255 bytes";
  return undefined;
}

/**
 * What makes a name unfit for a new file, or undefined. A repository is checked out on every system, so the rules of
 * Windows count on all of them; files that are there already keep their names.
 */
export function newNameProblem(name: string): string | undefined {
  if (name.search(invisible) !== -1) return "contains an invisible or direction-changing character";
  if (/[<>:"|?*\\]/.test(name)) return 'contains one of < > : " | ? * \\, which Windows does not allow in names';
  if (/[. ]$/.test(name)) return "ends with a dot or a space, which Windows drops";
  if (deviceName.test(name)) return "is a device name on Windows";
  if (shortName.test(name)) return "looks like a short name of Windows";
  return undefined;
}
