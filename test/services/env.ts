/** Where the real services are; the defaults are what `npm run services -- up` starts. */
export const REDIS_PORT = 6390;
export const KAFKA_PORT = 19092;
export const REDIS_URL = process.env.REDIS_URL ?? `redis://127.0.0.1:${REDIS_PORT}`;
export const KAFKA_BROKERS = (process.env.KAFKA_BROKERS ?? `127.0.0.1:${KAFKA_PORT}`).split(',');
