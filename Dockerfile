# One image for both processes; run it twice, with different commands and users (docs/security.md).
# Build: docker build -t cairn .   (pin the base by digest in your registry)
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/.next ./.next
COPY --from=build /src/dist ./dist
COPY --from=build /src/bin ./bin
COPY --from=build /src/public ./public
COPY --from=build /src/lib/runs/program ./lib/runs/program
COPY --from=build /src/next.config.js ./
USER 65532:65532
# agent: ["node", "bin/cairn.js", "agent", "--config", "/etc/cairn/cairn.yaml", "--socket", "/run/cairn/agent.sock"]
# web:   ["node", "node_modules/next/dist/bin/next", "start", "-H", "0.0.0.0", "-p", "3000"] with CAIRN_SOCKET=/run/cairn/agent.sock
CMD ["node", "bin/cairn.js", "help"]
