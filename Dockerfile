# syntax=docker/dockerfile:1
# Stadtbote as an image: `docker build -t stadtbote .`
#
# It runs as user 10001, keeps everything under /data (a volume) and listens on port 8080. Set at least
# STADTBOTE__SERVER__PUBLIC_URL; docs/OPERATING.md has the rest.
#
# To package a program that was built elsewhere, on Debian 12 or what is binary compatible with it, put it into the build
# context and name it: `docker build --build-arg PREBUILT=stadtbote CONTEXT`. Then nothing is compiled here.

FROM docker.io/library/rust:1.95-bookworm AS builder
ARG PREBUILT=
WORKDIR /src
COPY . .
RUN mkdir -p /out/data && \
    if [ -n "$PREBUILT" ]; then install -m 0755 "$PREBUILT" /out/stadtbote; \
    else cargo build --release --locked --package stadtbote && install -m 0755 target/release/stadtbote /out/stadtbote; fi

FROM docker.io/library/debian:bookworm-slim
LABEL org.opencontainers.image.title="Stadtbote" \
      org.opencontainers.image.description="A Mastodon-compatible ActivityPub server for cities" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=builder /out/stadtbote /usr/local/bin/stadtbote
COPY --from=builder --chown=10001:10001 /out/data /data
ENV STADTBOTE__SERVER__LISTEN=0.0.0.0:8080 \
    STADTBOTE__DATABASE__URL=sqlite:///data/stadtbote.db \
    STADTBOTE__MEDIA__URL=file:///data/media
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=30s --retries=3 CMD ["stadtbote", "doctor"]
ENTRYPOINT ["stadtbote"]
CMD ["serve"]
