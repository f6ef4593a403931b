# The runner with Python 3 of Debian, for repositories whose checks need it. docs/runner-images.md says how it is built.
ARG RUNNER
FROM $RUNNER

RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential python3 python3-dev python3-pip python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && find / -xdev -type f -perm /6000 -exec chmod a-s '{}' +
