# The runner with Go and a C compiler for cgo, for repositories whose checks need them. docs/runner-images.md says how it
# is built.
ARG RUNNER
ARG GO_IMAGE=golang:1.25-bookworm
FROM $GO_IMAGE AS tools

FROM $RUNNER
COPY --from=tools --chown=root:root /usr/local/go /usr/local/go
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev make \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /usr/local/go/bin/go /usr/local/go/bin/gofmt /usr/local/bin/ \
    && find / -xdev -type f -perm /6000 -exec chmod a-s '{}' +
