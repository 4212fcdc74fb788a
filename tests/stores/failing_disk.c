/* Preloaded into a process, makes its disk fail while the file named by FAULT_FILE exists.
 * That file says what fails and how often: "sync 0" (every fsync and fdatasync), "sync 1" (only the first), "write 0". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static int failures;

static int fails(const char *kind) {
  char wanted[16];
  int limit;
  const char *path = getenv("FAULT_FILE");
  FILE *file = path ? fopen(path, "r") : NULL;
  if (!file) {
    failures = 0;
    return 0;
  }
  int read = fscanf(file, "%15s %d", wanted, &limit);
  fclose(file);
  if (read != 2 || strcmp(wanted, kind) != 0 || (limit > 0 && failures >= limit))
    return 0;
  failures++;
  errno = EIO;
  return 1;
}

int fsync(int handle) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  return fails("sync") ? -1 : real(handle);
}

int fdatasync(int handle) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  return fails("sync") ? -1 : real(handle);
}

ssize_t pwrite(int handle, const void *bytes, size_t count, off_t at) {
  ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
  return fails("write") ? -1 : real(handle, bytes, count, at);
}

ssize_t pwrite64(int handle, const void *bytes, size_t count, off64_t at) {
  ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
  return fails("write") ? -1 : real(handle, bytes, count, at);
}
