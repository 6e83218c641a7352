import { WebSocket } from 'ws';
import { PlatformError, type Socket } from '../platform.ts';
import { ANSWER_BYTES, addressOf, CALL_MS, faultOf } from './http.ts';

/** Messages that may wait to be received before the other side is held up. */
const MOST_WAITING = 256;

type State = { messages: string[]; waiting: ((text: string | null) => void)[]; closed: boolean };

/** What came, in order; null once the other side has closed, or said nothing for `quietMs`. */
function receiveFrom(socket: WebSocket, state: State, quietMs: number): () => Promise<string | null> {
  return () => {
    const ready = state.messages.shift();
    if (state.messages.length < MOST_WAITING / 2 && socket.isPaused) socket.resume();
    if (ready !== undefined) return Promise.resolve(ready);
    if (state.closed) return Promise.resolve(null);
    return new Promise((resolve) => {
      const take = (text: string | null): void => {
        clearTimeout(timer);
        resolve(text);
      };
      const timer = setTimeout(() => socket.terminate(), quietMs);
      state.waiting.push(take);
    });
  };
}

function listen(socket: WebSocket, state: State): void {
  socket.on('message', (data) => {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    const take = state.waiting.shift();
    if (take) return take(text);
    state.messages.push(text);
    if (state.messages.length >= MOST_WAITING) socket.pause();
  });
  socket.on('close', () => {
    state.closed = true;
    for (const take of state.waiting.splice(0)) take(null);
  });
}

/**
 * Opens a websocket; `quietMs`: how long it may be silent before it counts as closed, since a connection that has died
 * says so to nobody. Throws PlatformError.
 */
export async function openSocket(
  url: string,
  headers: Record<string, string>,
  stop: AbortSignal,
  quietMs: number = CALL_MS,
): Promise<Socket> {
  const address = addressOf(url, 'wss:', 'ws:');
  return new Promise((resolve, reject) => {
    const options = { headers, handshakeTimeout: CALL_MS, maxPayload: ANSWER_BYTES, followRedirects: false };
    const socket = new WebSocket(address, options);
    const state: State = { messages: [], waiting: [], closed: false };
    const end = (): void => socket.terminate();
    stop.addEventListener('abort', end);
    if (stop.aborted) end();
    listen(socket, state);
    // An error is followed by a close, which ends whoever waits.
    socket.on('error', (error) => reject(new PlatformError('unreachable', `${address.host}: ${faultOf(error)}`)));
    socket.on('close', () => stop.removeEventListener('abort', end));
    socket.on('open', () =>
      resolve({
        receive: receiveFrom(socket, state, quietMs),
        send: (text) => socket.send(text, () => undefined),
        close: () => socket.close(),
      }),
    );
  });
}
