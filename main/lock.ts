import { mkdir, open, realpath, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/**
 * One process per data directory. The lock is a listening unix socket in the directory: the kernel closes it with its
 * holder, so it cannot be stale, and nobody can hold it by a pid that was given to another process meanwhile.
 */
export class DirectoryBusy extends Error {}

const NAME = 'lock.sock';
/** Paths of unix sockets are at most 104 bytes on macOS and 108 on Linux. */
const LONGEST = 100;

async function socketPath(directory: string): Promise<{ path: string; release(): Promise<void> }> {
  const path = join(await realpath(directory), NAME);
  if (Buffer.byteLength(path) <= LONGEST || process.platform !== 'linux') return { path, release: async () => {} };
  const handle = await open(directory, 'r');
  return { path: `/proc/self/fd/${handle.fd}/${NAME}`, release: () => handle.close() };
}

function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Makes the directory if absent and takes its lock. Throws DirectoryBusy, or what mkdir and listen throw (not
 * writable).
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true });
  const { path, release } = await socketPath(directory);
  let server = await listen(path);
  if (!server && !(await answers(path))) {
    await rm(path, { force: true });
    server = await listen(path);
  }
  if (!server) {
    await release();
    throw new DirectoryBusy(`another process uses the data directory ${directory}`);
  }
  const held = server;
  held.unref();
  return async () => {
    await new Promise((resolve) => held.close(resolve));
    await rm(path, { force: true });
    await release();
  };
}

/** Whether some process holds the lock of a directory. */
export async function isLocked(directory: string): Promise<boolean> {
  const place = await socketPath(directory).catch(() => null);
  if (!place) return false;
  const held = await answers(place.path);
  await place.release();
  return held;
}
