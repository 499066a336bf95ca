# Plumbline's window in a browser, for the machine that has the images: see docs/serve.md.
#
#   docker build -t plumbline .
#   docker run --rm -p 127.0.0.1:7420:7420 -e PLUMBLINE_PASSWORD='a long password' \
#     -v plumbline:/var/lib/plumbline -v /data/images:/images:ro -v /data/exports:/exports plumbline
#
# /data/exports must be writable for user 1000.
FROM node:24-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates g++ make python3 python3-pip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# What set-up downloads stays beside the program: node_modules links to it.
RUN XDG_CACHE_HOME=/app/.cache npm run setup -- --server \
 && npm run build \
 && npm prune --omit=dev --ignore-scripts \
 && rm -rf .cache/plumbline/downloads \
 && chmod -R a+rX /app \
 && mkdir -p /var/lib/plumbline /exports

FROM node:24-slim
COPY --from=build /app/package.json /app/package.json
COPY --from=build /app/scripts/plumbline.mjs /app/scripts/plumbline.mjs
COPY --from=build /app/scripts/node /app/scripts/node
COPY --from=build /app/.cache /app/.cache
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/resources /app/resources
COPY --from=build /app/out /app/out
COPY --from=build --chown=node:node /var/lib/plumbline /var/lib/plumbline
COPY --from=build --chown=node:node /exports /exports
ENV PLUMBLINE_CACHE_DIR=/var/lib/plumbline/cache PLUMBLINE_DATA_DIR=/var/lib/plumbline/data
VOLUME ["/var/lib/plumbline"]
USER node
WORKDIR /var/lib/plumbline
EXPOSE 7420
ENTRYPOINT ["node", "/app/scripts/plumbline.mjs", "serve", "--host", "0.0.0.0", "--password"]
CMD ["/images", "--root", "/exports"]
