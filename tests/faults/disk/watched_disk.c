/* Stands between a process and the C library, and watches the calls that change a folder.
 *
 * Loaded by LD_PRELOAD; does nothing until `watch_folder` names a folder. Calls below it are counted,
 * and then, by mode, reported to another process that answers before and after each, refused with an
 * error, never answered, or answered by the end of the process. Calls that the C library makes itself
 * (such as fopen) do not pass here.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum mode { OFF, COUNT, REPORT, REFUSE, END, HANG };
enum kind { GROW = 1, CHANGE = 2, READ = 4 };

static char root[PATH_MAX];
static size_t root_length;
static enum mode mode;
static int kinds, error_number, channel = -1;
static long first, last, calls;
static long clock_offset;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static __thread int inside;

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* Watches the calls of these kinds below a folder, from call number `from` up to before `to`. */
void watch_folder(const char *folder, int new_mode, int new_kinds, long from, long to, int error,
                  int descriptor) {
    snprintf(root, sizeof root, "%s", folder);
    root_length = strlen(root);
    kinds = new_kinds;
    first = from;
    last = to;
    error_number = error;
    channel = descriptor;
    calls = 0;
    mode = new_mode;
}

long watched_calls(void) { return calls; }

void set_clock_back(long seconds) { clock_offset = seconds; }

static int below(const char *path) {
    return root_length && !strncmp(path, root, root_length) &&
           (path[root_length] == '/' || !path[root_length]);
}

static void path_of(int descriptor, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
}

static void path_at(int folder, const char *name, char *path) {
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
        return;
    }
    char base[PATH_MAX] = "";
    if (folder == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) base[0] = 0;
    } else {
        path_of(folder, base);
    }
    if (snprintf(path, PATH_MAX, "%s/%s", base, name) >= PATH_MAX) path[0] = 0;
}

static void tell(const char *text) {
    char answer;
    static ssize_t (*real_write)(int, const void *, size_t);
    static ssize_t (*real_read)(int, void *, size_t);
    if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
    if (!real_read) real_read = dlsym(RTLD_NEXT, "read");
    if (real_write(channel, text, strlen(text)) > 0)
        while (real_read(channel, &answer, 1) < 0 && errno == EINTR) {}
}

/* Called before a call; returns the error to refuse it with, or 0. `held` is set if `after` must run. */
static int before(enum kind kind, const char *what, const char *path, int *held) {
    *held = 0;
    if (mode == OFF || inside || !(kinds & kind) || !below(path)) return 0;
    if (mode == REPORT) {
        if (!what[0]) return 0; /* contents are read from the disk at the next report */
        char text[2 * PATH_MAX];
        pthread_mutex_lock(&one_at_a_time);
        inside = 1;
        snprintf(text, sizeof text, "%s\t%s\n", what, path);
        tell(text);
        *held = 1;
        return 0;
    }
    long number = __atomic_fetch_add(&calls, 1, __ATOMIC_SEQ_CST);
    if (number < first || number >= last) return 0;
    if (mode == END) kill(getpid(), SIGKILL);
    if (mode == HANG)
        for (;;) {
            struct timespec hour = {3600, 0};
            nanosleep(&hour, NULL);
        }
    return mode == REFUSE ? error_number : 0;
}

static void after(int held, int failed) {
    if (!held) return;
    int kept = errno;
    tell(failed ? "failed\n" : "done\n");
    inside = 0;
    pthread_mutex_unlock(&one_at_a_time);
    errno = kept;
}

/* The body of a call: asks `before`, makes the call, tells `after`. */
#define CALL(kind, what, path, result_type, call) \
    int held, refused = before(kind, what, path, &held); \
    if (refused) { \
        errno = refused; \
        return -1; \
    } \
    result_type result = call; \
    after(held, result < 0); \
    return result

#define WITH_DESCRIPTOR(kind, what, result_type, call) \
    char path[PATH_MAX] = ""; \
    if (mode != OFF && !inside) path_of(descriptor, path); \
    CALL(kind, what, path, result_type, call)

#define WITH_NAME(kind, what, folder, name, call) \
    char path[PATH_MAX] = ""; \
    if (mode != OFF && !inside) path_at(folder, name, path); \
    CALL(kind, what, path, int, call)

ssize_t write(int descriptor, const void *data, size_t size) {
    REAL(write);
    WITH_DESCRIPTOR(GROW, "", ssize_t, real(descriptor, data, size));
}
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    REAL(writev);
    WITH_DESCRIPTOR(GROW, "", ssize_t, real(descriptor, parts, count));
}
ssize_t pwrite(int descriptor, const void *data, size_t size, off_t at) {
    REAL(pwrite);
    WITH_DESCRIPTOR(GROW, "", ssize_t, real(descriptor, data, size, at));
}
ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t at) {
    REAL(pwrite64);
    WITH_DESCRIPTOR(GROW, "", ssize_t, real(descriptor, data, size, at));
}
ssize_t sendfile(int descriptor, int from, off_t *at, size_t size) {
    static ssize_t (*real)(int, int, off_t *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "sendfile");
    WITH_DESCRIPTOR(GROW, "", ssize_t, real(descriptor, from, at, size));
}
ssize_t sendfile64(int descriptor, int from, off64_t *at, size_t size) {
    static ssize_t (*real)(int, int, off64_t *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "sendfile64");
    WITH_DESCRIPTOR(GROW, "", ssize_t, real(descriptor, from, at, size));
}
ssize_t copy_file_range(int from, off64_t *at, int descriptor, off64_t *to, size_t size,
                        unsigned flags) {
    REAL(copy_file_range);
    WITH_DESCRIPTOR(GROW, "", ssize_t, real(from, at, descriptor, to, size, flags));
}
int ftruncate(int descriptor, off_t size) {
    REAL(ftruncate);
    WITH_DESCRIPTOR(GROW, "truncate", int, real(descriptor, size));
}
int ftruncate64(int descriptor, off64_t size) {
    REAL(ftruncate64);
    WITH_DESCRIPTOR(GROW, "truncate", int, real(descriptor, size));
}
int fallocate(int descriptor, int how, off_t at, off_t size) {
    REAL(fallocate);
    WITH_DESCRIPTOR(GROW, "", int, real(descriptor, how, at, size));
}
int fsync(int descriptor) {
    REAL(fsync);
    WITH_DESCRIPTOR(GROW, "sync", int, real(descriptor));
}
int fdatasync(int descriptor) {
    REAL(fdatasync);
    WITH_DESCRIPTOR(GROW, "sync", int, real(descriptor));
}

static int open_kind(int folder, const char *name, int flags) {
    if (!(flags & O_CREAT) || mode == OFF || inside) return (flags & O_ACCMODE) ? CHANGE : READ;
    struct stat status;
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) ? GROW : CHANGE;
}

#define OPEN(real_call, folder) \
    va_list more; \
    va_start(more, flags); \
    mode_t bits = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    int saved = errno, kind = open_kind(folder, name, flags); \
    errno = saved; \
    WITH_NAME(kind, flags & O_TRUNC ? "truncate" : "", folder, name, real_call)

int open(const char *name, int flags, ...) {
    REAL(open);
    OPEN(real(name, flags, bits), AT_FDCWD);
}
int open64(const char *name, int flags, ...) {
    REAL(open64);
    OPEN(real(name, flags, bits), AT_FDCWD);
}
int openat(int folder, const char *name, int flags, ...) {
    REAL(openat);
    OPEN(real(folder, name, flags, bits), folder);
}
int openat64(int folder, const char *name, int flags, ...) {
    REAL(openat64);
    OPEN(real(folder, name, flags, bits), folder);
}
ssize_t read(int descriptor, void *data, size_t size) {
    REAL(read);
    WITH_DESCRIPTOR(READ, "", ssize_t, real(descriptor, data, size));
}
DIR *opendir(const char *name) {
    REAL(opendir);
    int held, refused = before(READ, "", name, &held);
    if (refused) {
        errno = refused;
        return NULL;
    }
    return real(name);
}
int mkdir(const char *name, mode_t bits) {
    REAL(mkdir);
    WITH_NAME(GROW, "", AT_FDCWD, name, real(name, bits));
}
int mkdirat(int folder, const char *name, mode_t bits) {
    REAL(mkdirat);
    WITH_NAME(GROW, "", folder, name, real(folder, name, bits));
}
int link(const char *old, const char *name) {
    REAL(link);
    WITH_NAME(GROW, "link", AT_FDCWD, name, real(old, name));
}
int linkat(int old_folder, const char *old, int folder, const char *name, int flags) {
    REAL(linkat);
    WITH_NAME(GROW, "link", folder, name, real(old_folder, old, folder, name, flags));
}
int symlink(const char *target, const char *name) {
    REAL(symlink);
    WITH_NAME(GROW, "link", AT_FDCWD, name, real(target, name));
}
int symlinkat(const char *target, int folder, const char *name) {
    REAL(symlinkat);
    WITH_NAME(GROW, "link", folder, name, real(target, folder, name));
}
int rename(const char *old, const char *name) {
    REAL(rename);
    WITH_NAME(CHANGE, "rename", AT_FDCWD, name, real(old, name));
}
int renameat(int old_folder, const char *old, int folder, const char *name) {
    REAL(renameat);
    WITH_NAME(CHANGE, "rename", folder, name, real(old_folder, old, folder, name));
}
int renameat2(int old_folder, const char *old, int folder, const char *name, unsigned flags) {
    REAL(renameat2);
    WITH_NAME(CHANGE, "rename", folder, name, real(old_folder, old, folder, name, flags));
}
int unlink(const char *name) {
    REAL(unlink);
    WITH_NAME(CHANGE, "unlink", AT_FDCWD, name, real(name));
}
int unlinkat(int folder, const char *name, int flags) {
    REAL(unlinkat);
    WITH_NAME(CHANGE, "unlink", folder, name, real(folder, name, flags));
}
int rmdir(const char *name) {
    REAL(rmdir);
    WITH_NAME(CHANGE, "unlink", AT_FDCWD, name, real(name));
}
int chmod(const char *name, mode_t bits) {
    REAL(chmod);
    WITH_NAME(CHANGE, "", AT_FDCWD, name, real(name, bits));
}
int fchmod(int descriptor, mode_t bits) {
    REAL(fchmod);
    WITH_DESCRIPTOR(CHANGE, "", int, real(descriptor, bits));
}
int utimensat(int folder, const char *name, const struct timespec times[2], int flags) {
    REAL(utimensat);
    WITH_NAME(CHANGE, "", folder, name, real(folder, name, times, flags));
}
int access(const char *name, int wanted) {
    REAL(access);
    WITH_NAME(wanted & W_OK ? CHANGE : READ, "", AT_FDCWD, name, real(name, wanted));
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(clock_gettime);
    int result = real(clock, now);
    if (!result && clock == CLOCK_REALTIME) now->tv_sec -= clock_offset;
    return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
    int result = real(now, zone);
    if (!result) now->tv_sec -= clock_offset;
    return result;
}
time_t time(time_t *now) {
    REAL(time);
    time_t result = real(NULL) - clock_offset;
    if (now) *now = result;
    return result;
}
