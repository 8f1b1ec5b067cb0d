/* What a bench measures of its own process. */
#ifndef CIS2_BENCH_MEASURE_H
#define CIS2_BENCH_MEASURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Of all threads of this process. */
static double cpu_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* A number of /proc/self/status; -1 if it is not there. */
static long status_of(const char *name)
{
    char line[256];
    long value = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && value < 0 && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            value = atol(line + strlen(name));
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return value;
}

static double resident_mb(void)
{
    return (double)status_of("VmRSS:") / 1e3;
}

static void row(const char *name, double value, const char *unit)
{
    printf("  %-38s %10.2f %s\n", name, value, unit);
}

#endif
