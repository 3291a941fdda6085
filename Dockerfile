# The harness as an image that runs the descriptions of a mounted folder:
#   docker run --rm --volume "$PWD:/work" ocpp-conformance --sut my_csms.yaml
FROM python:3.11-slim AS build
WORKDIR /source
COPY . .
RUN python -m pip wheel --quiet --no-deps --wheel-dir /wheel .

FROM python:3.11-slim
COPY .ci/lock.txt /tmp/lock.txt
RUN --mount=type=bind,from=build,source=/wheel,target=/wheel \
    python -m pip install --quiet --no-cache-dir --constraint /tmp/lock.txt /wheel/*.whl \
    && useradd --uid 1000 --create-home tester \
    && install --directory --owner tester /work
USER tester
WORKDIR /work
ENV PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["python", "-m", "pytest", "-p", "no:cacheprovider", "--pyargs"]
CMD ["cases_cs", "cases_csms"]
