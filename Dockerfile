# What each line is for: docs/operating.md, "In a container".
FROM python:3.11-slim
WORKDIR /opt/citebot
RUN useradd --uid 10001 --no-create-home citebot && install --directory --owner citebot --group citebot /data

ARG TORCH_OPTIONS=""
ARG EXTRAS="documents"
RUN pip install --no-cache-dir ${TORCH_OPTIONS} torch==2.13.0

COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY retrieval retrieval
RUN pip install --no-cache-dir ".[${EXTRAS}]"

ENV CITEBOT_HOME=/data/state CITEBOT_SOURCES=/data/articles
WORKDIR /data
USER 10001
HEALTHCHECK --interval=30s --timeout=10s --start-period=10m CMD ["citebot", "health"]
ENTRYPOINT ["citebot"]
CMD ["start"]
