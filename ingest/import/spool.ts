import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Up to so many bytes stay in memory. */
const IN_MEMORY = 4 * 1024 * 1024;
const BLOCK = 64 * 1024;
const CIPHER = 'aes-256-ctr';

/** An upload that has to be read more than once: see readImport. */
export type Spool = {
  append(chunk: Buffer): Promise<void>;
  /** All bytes from the first, in blocks of 64 KiB; the last one may be shorter. */
  read(): AsyncGenerator<Buffer>;
  bytes(): number;
  close(): Promise<void>;
};

async function* blocksOf(chunks: Buffer[]): AsyncGenerator<Buffer> {
  const whole = Buffer.concat(chunks);
  for (let at = 0; at < whole.length; at += BLOCK) yield whole.subarray(at, at + BLOCK);
}

async function fill(file: FileHandle, block: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < block.length) {
    const { bytesRead } = await file.read(block, filled, block.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/**
 * Keeps a small body in memory and a large one in a file of `dir`, under a key that exists only in this process; the
 * file has no name once it is open, so that a killed process leaves nothing behind. A full disk throws what the file
 * system says (ENOSPC).
 */
export function openSpool(dir: string): Spool {
  const key = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv(CIPHER, key, iv);
  let held: Buffer[] = [];
  let file: FileHandle | null = null;
  let size = 0;

  const toFile = async (): Promise<FileHandle> => {
    await mkdir(dir, { recursive: true });
    const path = join(dir, `upload-${randomUUID()}`);
    const handle = await open(path, 'wx+', 0o600);
    file = handle;
    await unlink(path);
    return handle;
  };
  async function* decrypted(handle: FileHandle): AsyncGenerator<Buffer> {
    const decipher = createDecipheriv(CIPHER, key, iv);
    const block = Buffer.allocUnsafe(BLOCK);
    for (let at = 0; at < size; at += BLOCK) {
      const filled = await fill(handle, block, at);
      yield decipher.update(block.subarray(0, filled));
    }
  }
  return {
    append: async (chunk) => {
      size += chunk.length;
      if (file) return file.appendFile(cipher.update(chunk));
      held.push(chunk);
      if (size <= IN_MEMORY) return;
      const handle = await toFile();
      await handle.appendFile(cipher.update(Buffer.concat(held)));
      held = [];
    },
    read: () => (file ? decrypted(file) : blocksOf(held)),
    bytes: () => size,
    close: async () => {
      held = [];
      await file?.close();
    },
  };
}
