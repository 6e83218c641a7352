FROM node:20-slim
WORKDIR /app
ENV NODE_ENV=production
# `no` leaves chDB, the embedded engine of analysis, out: for deployments that set CLICKHOUSE_URL. Its entry is taken
# out of package.json instead of `npm ci --omit=optional`, which would also drop the native parts of LMDB and esbuild.
ARG EMBEDDED=yes
COPY package.json package-lock.json ./
RUN if [ "$EMBEDDED" = no ]; then \
      npm pkg delete optionalDependencies && npm install --omit=dev --no-audit --no-fund --loglevel=error; \
    else \
      npm ci --omit=dev --no-audit --no-fund --loglevel=error; \
    fi && npm cache clean --force
COPY . ./
RUN mkdir /data && chown node:node /data
USER node
ENV HOST=0.0.0.0 PORT=8080 HUAXIANG_DATA=/data
VOLUME /data
EXPOSE 8080
# What is freed goes back to the system: of glibc few arenas, of the analytic engine no pages kept for later.
ENV MALLOC_ARENA_MAX=2 JE_MALLOC_CONF=dirty_decay_ms:0,muzzy_decay_ms:0
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=30", "--import", "tsx", "main.ts", "serve"]
