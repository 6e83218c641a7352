import { constants } from 'node:fs';
import { access, type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ring } from '../../schemas/ring.ts';
import type { Upload } from './unit.ts';

/** Bytes of an upload that are sealed together. */
const BLOCK = 64 * 1024;
const LENGTH = 4;
/** No sealed block is longer: a key id has at most 32 characters. */
const LONGEST = BLOCK + 256;

/** An upload as it comes in. The file counts once `end` has resolved: then it is on the disk, name and all. */
export type SpoolWriter = {
  append(chunk: Buffer): Promise<void>;
  /** Gives the number of bytes taken in. */
  end(): Promise<number>;
  /** Closes and removes the file, wherever the upload stands. */
  discard(): Promise<void>;
};

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeBlock(file: FileHandle, ring: Ring, block: Buffer): Promise<void> {
  const sealed = ring.seal(block);
  const frame = Buffer.allocUnsafe(LENGTH + sealed.length);
  frame.writeUInt32BE(sealed.length);
  sealed.copy(frame, LENGTH);
  await file.appendFile(frame);
}

/**
 * Takes an upload into the file `name` of `dir`, sealed under the key ring block by block: nothing of it stands there
 * in clear. What the file system says of a full disk is thrown as it is (ENOSPC, EDQUOT, EFBIG).
 */
export async function writeSpool(dir: string, name: string, ring: Ring): Promise<SpoolWriter> {
  await mkdir(dir, { recursive: true });
  const file = await open(join(dir, name), 'wx', 0o600);
  let held: Buffer[] = [];
  let waiting = 0;
  let size = 0;
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  const flush = async (last: boolean): Promise<void> => {
    const whole = Buffer.concat(held);
    let at = 0;
    for (; whole.length - at >= BLOCK || (last && at < whole.length); at += BLOCK) {
      await writeBlock(file, ring, whole.subarray(at, at + BLOCK));
    }
    held = at < whole.length ? [whole.subarray(at)] : [];
    waiting = Math.max(0, whole.length - at);
  };
  return {
    append: async (chunk) => {
      held.push(chunk);
      waiting += chunk.length;
      size += chunk.length;
      if (waiting >= BLOCK) await flush(false);
    },
    end: async () => {
      await flush(true);
      await file.sync();
      await close();
      await syncDirectory(dir);
      return size;
    },
    discard: async () => {
      held = [];
      await close();
      await removeSpool(dir, name);
    },
  };
}

async function fill(file: FileHandle, target: Buffer): Promise<boolean> {
  for (let filled = 0; filled < target.length; ) {
    const { bytesRead } = await file.read(target, filled, target.length - filled, null);
    if (bytesRead === 0) return false;
    filled += bytesRead;
  }
  return true;
}

/** Thrown where a spooled file is not what was written. */
export class SpoolDamaged extends Error {}

async function* blocks(path: string, bytes: number, ring: Ring): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const length = Buffer.allocUnsafe(LENGTH);
    for (let read = 0; read < bytes; ) {
      const size = (await fill(file, length)) ? length.readUInt32BE() : 0;
      const sealed = Buffer.allocUnsafe(Math.min(size, LONGEST));
      if (size === 0 || size > LONGEST || !(await fill(file, sealed))) throw new SpoolDamaged('it ends too early');
      const block = ring.open(sealed);
      read += block.length;
      yield block;
    }
  } finally {
    await file.close();
  }
}

/** A spooled upload of so many bytes, to be read as often as needed; null where the file is gone. */
export async function openSpool(dir: string, name: string, bytes: number, ring: Ring): Promise<Upload | null> {
  const path = join(dir, name);
  const there = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  return there ? { bytes, read: () => blocks(path, bytes, ring) } : null;
}

export async function removeSpool(dir: string, name: string): Promise<void> {
  await unlink(join(dir, name)).catch(() => undefined);
}

/** Names of all spooled files. */
export async function listSpools(dir: string): Promise<string[]> {
  return readdir(dir).catch(() => []);
}

/** What file systems say of a full disk, a quota or a limit on the size of files. */
export function isSpoolFull(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
}
