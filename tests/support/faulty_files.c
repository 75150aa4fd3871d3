/* Lets system calls that write below one folder fail, or writes down what they did, for tests.
 *
 *     cc -O2 -shared -fPIC -o faulty_files.so tests/support/faulty_files.c
 *
 * `faults_arm` has Linux (seccomp(2)) hand every call that may change files to a handler in the same process. So what
 * SQLite, FAISS and the C library's own buffered files do is met as well, which a preloaded library never sees. It
 * holds until the process ends: a test arms one that it has forked. The handler's own calls carry a mark, by which
 * the filter lets them through.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#define MARK 0x63697465u /* "cite": no call that is met has a sixth argument */
#define WRITING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

#if defined(__x86_64__)
#define HERE AUDIT_ARCH_X86_64
#define RESULT(context) ((context)->uc_mcontext.gregs[REG_RAX])
#define ARGUMENT(context, n) ((long)(context)->uc_mcontext.gregs[(const int[]){REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8}[n]])
#elif defined(__aarch64__)
#define HERE AUDIT_ARCH_AARCH64
#define RESULT(context) ((context)->uc_mcontext.regs[0])
#define ARGUMENT(context, n) ((long)(context)->uc_mcontext.regs[n])
#else
#error "only x86-64 and ARM64"
#endif

/* One record of the log: this, then both paths, then the bytes. */
struct record {
  uint32_t kind;  /* one of `kind` */
  uint32_t first, second; /* lengths of the paths */
  uint32_t length; /* of the bytes */
  uint64_t file; /* number of the file on its disk */
  int64_t at;    /* where the bytes go, or how long the file is then */
};
enum kind { WRITE = 1, FLUSH, CREATE, RENAME, LINK, MKDIR, UNLINK, RMDIR, TRUNCATE };

static char below[PATH_MAX];
static size_t below_length;
static long fails_at, error_number, lasts, counted, failed;
static int log_file = -1;
static char busy;
static char first_path[2 * PATH_MAX], second_path[2 * PATH_MAX], link_name[64];

static long call(long number, long a, long b, long c, long d, long e) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = MARK;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
#else
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = MARK;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#endif
}

/* The path that a descriptor stands for. */
static void path_of(long descriptor, char *path) {
  char digits[20];
  int length = 0;
  unsigned long left = (unsigned long)descriptor;
  do digits[length++] = (char)('0' + left % 10); while (left /= 10);
  strcpy(link_name, "/proc/self/fd/");
  char *end = link_name + strlen(link_name);
  while (length) *end++ = digits[--length];
  *end = 0;
  long found = descriptor < 0 ? -1 : call(SYS_readlinkat, AT_FDCWD, (long)link_name, (long)path, PATH_MAX - 1, 0);
  path[found > 0 ? found : 0] = 0;
}

/* A path as it was given, from the root. */
static void path_at(long folder, long given, char *path) {
  const char *name = (const char *)given;
  path[0] = 0;
  if (name[0] != '/') {
    if ((int)folder == AT_FDCWD) call(SYS_getcwd, (long)path, PATH_MAX - 1, 0, 0, 0);
    else path_of((int)folder, path);
    strcat(path, "/");
  }
  strncat(path, name, PATH_MAX - 1);
}

static int is_below(const char *path) {
  return !strncmp(path, below, below_length) && (path[below_length] == '/' || !path[below_length]);
}

static uint64_t number_of(long descriptor, int64_t *length) {
  struct stat found;
  if (call(SYS_fstat, descriptor, (long)&found, 0, 0, 0)) return 0;
  if (length) *length = found.st_size;
  return found.st_ino;
}

static uint64_t number_at(const char *path) {
  struct stat found;
  return call(SYS_newfstatat, AT_FDCWD, (long)path, (long)&found, AT_SYMLINK_NOFOLLOW, 0) ? 0 : found.st_ino;
}

static void note(enum kind kind, uint64_t file, int64_t at, const char *one, const char *other, const struct iovec *bytes, int parts, long length) {
  if (log_file < 0) return;
  struct record record = {kind, (uint32_t)strlen(one), (uint32_t)strlen(other), (uint32_t)length, file, at};
  call(SYS_write, log_file, (long)&record, sizeof record, 0, 0);
  call(SYS_write, log_file, (long)one, record.first, 0, 0);
  call(SYS_write, log_file, (long)other, record.second, 0, 0);
  for (int part = 0; part < parts && length > 0; part++) {
    long some = (long)bytes[part].iov_len < length ? (long)bytes[part].iov_len : length;
    call(SYS_write, log_file, (long)bytes[part].iov_base, some, 0, 0);
    length -= some;
  }
}

/* Whether this call is to fail. */
static int fails(void) {
  counted++;
  int now = fails_at && (counted == fails_at || (lasts && counted > fails_at));
  failed += now;
  return now;
}

static long written(long number, ucontext_t *context, long descriptor, const struct iovec *bytes, int parts, int has_place) {
  path_of(descriptor, first_path);
  if (!is_below(first_path)) goto pass;
  if (fails()) return -error_number;
  int64_t at = has_place ? ARGUMENT(context, 3) : call(SYS_lseek, descriptor, 0, SEEK_CUR, 0, 0), length = 0;
  uint64_t file = number_of(descriptor, &length);
  if (call(SYS_fcntl, descriptor, F_GETFL, 0, 0, 0) & O_APPEND) at = length;
  long result = call(number, ARGUMENT(context, 0), ARGUMENT(context, 1), ARGUMENT(context, 2), ARGUMENT(context, 3), ARGUMENT(context, 4));
  if (result > 0) note(WRITE, file, at, first_path, "", bytes, parts, result);
  return result;
pass:
  return call(number, ARGUMENT(context, 0), ARGUMENT(context, 1), ARGUMENT(context, 2), ARGUMENT(context, 3), ARGUMENT(context, 4));
}

static long flushed(long number, long descriptor) {
  path_of(descriptor, first_path);
  if (is_below(first_path) && fails()) return -error_number;
  long result = call(number, descriptor, 0, 0, 0, 0);
  if (!result && is_below(first_path)) note(FLUSH, number_of(descriptor, 0), 0, first_path, "", 0, 0, 0);
  return result;
}

static long opened(long folder, long name, long flags, long mode) {
  path_at(folder, name, first_path);
  int ours = is_below(first_path);
  if (ours && fails()) return -error_number;
  uint64_t before = ours ? number_at(first_path) : 0;
  long result = call(SYS_openat, folder, name, flags, mode, 0);
  if (ours && result >= 0 && (!before || flags & O_TRUNC))
    note(before ? TRUNCATE : CREATE, number_of(result, 0), 0, first_path, "", 0, 0, 0);
  return result;
}

/* What changes the names of files: `kind`, and one path or two. */
static long named(enum kind kind, long number, long a, long b, long c, long d, long e, int is_at, int is_pair) {
  path_at(is_at ? a : AT_FDCWD, is_at ? b : a, first_path);
  second_path[0] = 0;
  if (is_pair) path_at(is_at ? c : AT_FDCWD, is_at ? d : b, second_path);
  int ours = is_below(first_path) || (is_pair && is_below(second_path));
  if (ours && fails()) return -error_number;
  uint64_t file = ours ? number_at(first_path) : 0;
  long result = call(number, a, b, c, d, e);
  if (ours && !result) note(kind, file ? file : number_at(first_path), 0, first_path, second_path, 0, 0, 0);
  return result;
}

static long truncated(long number, long a, long length) {
  if (number == SYS_ftruncate) path_of(a, first_path);
  else path_at(AT_FDCWD, a, first_path);
  int ours = is_below(first_path);
  if (ours && fails()) return -error_number;
  long result = call(number, a, length, 0, 0, 0);
  if (ours && !result) note(TRUNCATE, number_at(first_path), length, first_path, "", 0, 0, 0);
  return result;
}

static long met(long number, ucontext_t *context) {
  long a = ARGUMENT(context, 0), b = ARGUMENT(context, 1), c = ARGUMENT(context, 2), d = ARGUMENT(context, 3), e = ARGUMENT(context, 4);
  struct iovec whole = {(void *)b, (size_t)c};
  switch (number) {
    case SYS_write: return written(number, context, a, &whole, 1, 0);
    case SYS_pwrite64: return written(number, context, a, &whole, 1, 1);
    case SYS_writev: return written(number, context, a, (const struct iovec *)b, (int)c, 0);
    case SYS_pwritev: return written(number, context, a, (const struct iovec *)b, (int)c, 1);
    case SYS_fsync: case SYS_fdatasync: return flushed(number, a);
    case SYS_openat: return opened(a, b, c, d);
    case SYS_renameat: case SYS_renameat2: return named(RENAME, number, a, b, c, d, e, 1, 1);
    case SYS_linkat: return named(LINK, number, a, b, c, d, e, 1, 1);
    case SYS_mkdirat: return named(MKDIR, number, a, b, c, d, e, 1, 0);
    case SYS_unlinkat: return named(c & AT_REMOVEDIR ? RMDIR : UNLINK, number, a, b, c, d, e, 1, 0);
    case SYS_ftruncate: case SYS_truncate: return truncated(number, a, b);
#ifdef SYS_open
    case SYS_open: return opened(AT_FDCWD, a, b, c);
    case SYS_creat: return opened(AT_FDCWD, a, O_CREAT | O_WRONLY | O_TRUNC, b);
    case SYS_rename: return named(RENAME, number, a, b, c, d, e, 0, 1);
    case SYS_link: return named(LINK, number, a, b, c, d, e, 0, 1);
    case SYS_mkdir: return named(MKDIR, number, a, b, c, d, e, 0, 0);
    case SYS_unlink: return named(UNLINK, number, a, b, c, d, e, 0, 0);
    case SYS_rmdir: return named(RMDIR, number, a, b, c, d, e, 0, 0);
#endif
    default: return -ENOSYS; /* sendfile, copy_file_range, fallocate: who uses them does without */
  }
}

static void handle(int signal_number, siginfo_t *info, void *given) {
  (void)signal_number;
  ucontext_t *context = given;
  int kept = errno;
  while (__atomic_test_and_set(&busy, __ATOMIC_ACQUIRE)) call(SYS_sched_yield, 0, 0, 0, 0, 0);
  long result = met(info->si_syscall, context);
  __atomic_clear(&busy, __ATOMIC_RELEASE);
  errno = kept;
  RESULT(context) = (unsigned long long)result;
}

/* The `at`-th call that writes below `folder` fails with an error's number, and all later ones where it `lasts`; none
 * where `at` is 0. What is done is written to the file `log`, where one is named. Returns 0, or what went wrong. */
int faults_arm(const char *folder, long at, long number, int lasting, const char *log) {
  below_length = strlen(folder);
  if (below_length >= PATH_MAX) return ENAMETOOLONG;
  strcpy(below, folder);
  fails_at = at, error_number = number, lasts = lasting, counted = failed = 0;
  if (log && *log && (log_file = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600)) < 0) return errno;
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define PASS BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define TRAP BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP)
#define MEETS(number) IS(number, 0, 1), TRAP
#define MEETS_IF_WRITING(number, flags) IS(number, 0, 4), LOAD(args[flags]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, WRITING, 1, 0), PASS, TRAP
  struct sock_filter filter[] = {
    LOAD(arch), IS(HERE, 1, 0), PASS, LOAD(args[5]), IS(MARK, 0, 1), PASS, LOAD(nr),
    MEETS(SYS_write), MEETS(SYS_pwrite64), MEETS(SYS_writev), MEETS(SYS_pwritev), MEETS(SYS_fsync), MEETS(SYS_fdatasync),
    MEETS(SYS_renameat), MEETS(SYS_renameat2), MEETS(SYS_linkat), MEETS(SYS_mkdirat), MEETS(SYS_unlinkat),
    MEETS(SYS_ftruncate), MEETS(SYS_truncate), MEETS(SYS_sendfile), MEETS(SYS_copy_file_range), MEETS(SYS_fallocate),
#ifdef SYS_open
    MEETS(SYS_creat), MEETS(SYS_rename), MEETS(SYS_link), MEETS(SYS_mkdir), MEETS(SYS_unlink), MEETS(SYS_rmdir),
    MEETS_IF_WRITING(SYS_open, 1),
#endif
    MEETS_IF_WRITING(SYS_openat, 2), PASS,
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_NODEFER};
  if (sigaction(SIGSYS, &action, 0)) return errno;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return errno;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? errno : 0;
}

/* From now on all calls fail with this error's number; none where it is 0. */
void faults_fail(long number) {
  error_number = number;
  fails_at = number ? counted + 1 : 0;
  lasts = 1;
}

/* How many calls were counted so far, and how many of them failed. */
long faults_counted(void) { return counted; }
long faults_failed(void) { return failed; }
