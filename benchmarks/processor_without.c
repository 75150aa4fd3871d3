/* A processor without AVX-512, AVX-VNNI and AMX, for measuring: every library in a process is told so.
 *
 *     gcc -O2 -shared -fPIC -o processor_without.so benchmarks/processor_without.c
 *     LD_PRELOAD=./processor_without.so python benchmarks/embedding_speed.py ...
 *
 * Linux lets the CPUID instruction fault (arch_prctl(2), ARCH_SET_CPUID) where /proc/cpuinfo names cpuid_fault; the
 * handler answers with those features masked. Libraries that ask no environment variable are cut down too. What
 * cannot be cut down: caches, clock and memory are those of this machine. A new thread inherits the setting, a new
 * program does not, but has the library preloaded.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include <sys/syscall.h>
#define ARCH_SET_CPUID 0x1012
static void faulting(int on){ syscall(SYS_arch_prctl, ARCH_SET_CPUID, on?0:1); }
static void handler(int sig, siginfo_t*si, void*p){
  ucontext_t*u=p; unsigned char*ip=(unsigned char*)u->uc_mcontext.gregs[REG_RIP];
  if(ip[0]==0x0f&&ip[1]==0xa2){
    unsigned leaf=u->uc_mcontext.gregs[REG_RAX], sub=u->uc_mcontext.gregs[REG_RCX],a,b,c,d;
    faulting(0);
    __asm__ volatile("cpuid":"=a"(a),"=b"(b),"=c"(c),"=d"(d):"a"(leaf),"c"(sub));
    faulting(1);
    if(leaf==7&&sub==0){
      b&=~((1u<<16)|(1u<<17)|(1u<<21)|(1u<<26)|(1u<<27)|(1u<<28)|(1u<<30)|(1u<<31)); // avx512 f dq ifma pf er cd bw vl
      c&=~((1u<<1)|(1u<<6)|(1u<<11)|(1u<<12)|(1u<<14)); // vbmi vbmi2 vnni bitalg vpopcntdq
      d&=~((1u<<2)|(1u<<3)|(1u<<8)|(1u<<22)|(1u<<23)|(1u<<24)|(1u<<25)); // 4vnniw 4fmaps vp2 amx_bf16 avx512_fp16 amx_tile int8
    }
    if(leaf==7&&sub==1){ a&=~((1u<<4)|(1u<<5)|(1u<<21)|(1u<<23)); d&=~((1u<<4)|(1u<<5)|(1u<<10)|(1u<<19)); }
    if(leaf==0xd&&sub==0){ a&=~0x600e0u; }
    u->uc_mcontext.gregs[REG_RAX]=a;u->uc_mcontext.gregs[REG_RBX]=b;u->uc_mcontext.gregs[REG_RCX]=c;u->uc_mcontext.gregs[REG_RDX]=d;
    u->uc_mcontext.gregs[REG_RIP]+=2; return;
  }
  signal(SIGSEGV,SIG_DFL);
}
__attribute__((constructor)) static void start(void){
  struct sigaction s; memset(&s,0,sizeof s); s.sa_sigaction=handler; s.sa_flags=SA_SIGINFO|SA_NODEFER; sigaction(SIGSEGV,&s,0);
  if(syscall(SYS_arch_prctl, ARCH_SET_CPUID,0)!=0){perror("ARCH_SET_CPUID");}
}
