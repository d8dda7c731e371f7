/** A file of an archive. */
export interface TarEntry {
  readonly name: string;
  readonly text: string;
}

const blockBytes = 512;

/**
 * A tar archive of small texts that only their owner may read. Format: ustar of POSIX.1-1988, names of at most 100 bytes.
 */
export function tarOf(entries: readonly TarEntry[], time: Date): Buffer {
  const parts = entries.flatMap(({ name, text }) => {
    const body = Buffer.from(text, "utf8");
    const padding = Buffer.alloc((blockBytes - (body.length % blockBytes)) % blockBytes);
    return [header(name, body.length, time), body, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

function header(name: string, bytes: number, time: Date): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  block.write(name, 0, 100, "utf8");
  block.write(octal(0o600, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(bytes, 11), 124);
  block.write(octal(Math.floor(time.getTime() / 1000), 11), 136);
  // The checksum is made with blanks in its own position.
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
