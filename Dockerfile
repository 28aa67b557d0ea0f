# The service and its workers; `compose.yaml` runs them with PostgreSQL.
FROM node:20-bookworm-slim AS build
WORKDIR /src
COPY . .
# Installs, compiles TypeScript and rules (the prepare script), then leaves what only builds and tests need.
RUN npm ci && npm prune --omit=dev --ignore-scripts && rm -rf dist/fixtures

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    CITECODE_HOME=/var/lib/citecode
WORKDIR /opt/citecode
COPY --from=build /src/package.json /src/LICENSE /src/NOTICE ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/models ./models
COPY --from=build /src/dist ./dist
# The one folder that is written: an embedded store and what a site learnt. All else may be mounted read-only.
RUN mkdir -p /var/lib/citecode && chown node:node /var/lib/citecode \
 && ln -s /opt/citecode/dist/api/cli/main.js /usr/local/bin/citecode
VOLUME /var/lib/citecode
USER node
EXPOSE 3000
# The process answers; whether it is ready for requests is asked at /readyz.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "dist/api/server.js"]
