# The README's two commands on a machine that has only Python: `docker build .` builds the book and verifies it.
FROM python:3.13-bookworm
WORKDIR /book
COPY . .
RUN make book
RUN make verify
EXPOSE 8000
CMD ["python", "-m", "http.server", "--directory", "_build/html", "8000"]
