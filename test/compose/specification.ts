import { z } from 'zod';

/**
 * The part of the Compose specification that docker-compose.yml uses, in our own words and strict: a key that is not
 * here is refused, so a misspelt one cannot pass. Source: compose-spec, `spec.md` (top-level elements and services).
 */
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const duration = z.string().regex(/^(\d+(us|ms|s|m|h))+$/, 'a duration such as 1m30s');
const name = z.string().regex(/^[a-zA-Z0-9._-]+$/);
const variables = z.union([z.record(z.string().min(1), scalar.nullable()), z.array(z.string().regex(/^[^=]+(=.*)?$/))]);

const healthcheck = z.strictObject({
  test: z.union([
    z.string(),
    z.tuple([z.enum(['CMD-SHELL']), z.string()]),
    z.tuple([z.literal('CMD'), z.string()], z.string()),
    z.tuple([z.literal('NONE')]),
  ]),
  interval: duration.optional(),
  timeout: duration.optional(),
  start_period: duration.optional(),
  start_interval: duration.optional(),
  retries: z.number().int().positive().optional(),
});

const service = z
  .strictObject({
    image: z
      .string()
      .regex(/^[^\s:]+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/)
      .optional(),
    build: z
      .union([
        z.string(),
        z.strictObject({
          context: z.string(),
          dockerfile: z.string().optional(),
          args: variables.optional(),
          target: z.string().optional(),
        }),
      ])
      .optional(),
    command: z.union([z.string(), z.array(z.string())]).optional(),
    restart: z.union([z.enum(['no', 'always', 'unless-stopped']), z.string().regex(/^on-failure(:\d+)?$/)]).optional(),
    stop_grace_period: duration.optional(),
    env_file: z
      .union([
        z.string(),
        z.array(z.union([z.string(), z.strictObject({ path: z.string(), required: z.boolean().optional() })])),
      ])
      .optional(),
    environment: variables.optional(),
    ports: z.array(z.string().regex(/^((\$\{[^}]+\}|[\d.]+:\d+|\d+):)?\d+(\/(tcp|udp))?$/)).optional(),
    volumes: z.array(z.string().regex(/^[^:]+:\/[^:]*(:(ro|rw))?$/)).optional(),
    depends_on: z
      .union([
        z.array(name),
        z.record(
          name,
          z.strictObject({
            condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
            required: z.boolean().optional(),
            restart: z.boolean().optional(),
          }),
        ),
      ])
      .optional(),
    healthcheck: healthcheck.optional(),
    ulimits: z
      .record(
        z.string().regex(/^[a-z]+$/),
        z.union([z.number().int(), z.strictObject({ soft: z.number().int(), hard: z.number().int() })]),
      )
      .optional(),
  })
  .refine((one) => one.image !== undefined || one.build !== undefined, 'a service has an image or a build');

export const composeFile = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]*$/)
      .optional(),
    services: z.record(name, service),
    volumes: z.record(name, z.strictObject({ external: z.boolean().optional() }).nullable()).optional(),
  })
  .superRefine((file, context) => {
    for (const [at, one] of Object.entries(file.services)) {
      const needs = Array.isArray(one.depends_on) ? one.depends_on : Object.keys(one.depends_on ?? {});
      const named = (one.volumes ?? [])
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((from) => !/^[./~]/.test(from));
      const lost = [
        ...needs.filter((other) => !(other in file.services)).map((other) => `service ${other}`),
        ...named.filter((volume) => !(volume in (file.volumes ?? {}))).map((volume) => `volume ${volume}`),
      ];
      for (const what of lost)
        context.addIssue({ code: 'custom', message: `${what} is not declared`, path: ['services', at] });
    }
  });
export type ComposeFile = z.infer<typeof composeFile>;

/** `${NAME:-text}` and `$$` as Compose reads them; a variable without a default is refused. */
export function interpolate(text: string): string {
  return text.replace(
    /\$(\$|\{([A-Z_]+)(?::-([^}]*))?\}|.)/g,
    (whole, sign: string, variable: unknown, value: unknown) => {
      if (sign === '$') return '$';
      if (typeof variable === 'string' && typeof value === 'string') return value;
      throw new Error(`${whole} has no default`);
    },
  );
}
