/*
 * The physical limit of workloads S1, S2 and S3: each as one fused pass over float64 columns that does nothing but the strategy, its fills and the mark.
 *
 * build: gcc -O3 -march=native -o limit limit.c -lm
 * usage: limit FILE ROWS s1|s2|s3 [PASSES]
 *
 * FILE holds six float64 columns back to back (time, open, high, low, close, volume), prices in currency on a cent grid. Prints the median
 * seconds of PASSES (7) passes as one line of JSON, with the round trips and the net profit, an open position marked at the last close.
 *
 * Both hold 100 shares or none, decide on a close and fill at the next open, and mark equity, its peak and the largest drawdown on every close.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SHARES = 100, FAST = 10, SLOW = 30, BAND = 20, FIRST_DECISION = 2000, PASSES = 7 };

typedef struct {
    const double *open, *high, *low, *close;
    long rows;
} bars;

typedef struct {
    double cash, peak, drawdown;
    long round_trips;
    int held;
} account;

static inline void fill(account *a, int order, double price)
{
    a->cash -= order * (SHARES * price);
    a->held += order;
    a->round_trips += order < 0;
}

static inline void mark(account *a, double price)
{
    const double equity = a->cash + a->held * (SHARES * price);
    a->peak = equity > a->peak ? equity : a->peak;
    a->drawdown = a->peak - equity > a->drawdown ? a->peak - equity : a->drawdown;
}

/* Long while the average of some closes is above that of more; sums of cents, so that equal averages are equal. */
static inline __attribute__((always_inline)) account crossed(bars b, int quick, int calm)
{
    account a = {0};
    double fast = 0, slow = 0;
    int order = 0;
    for (long i = 0; i < b.rows; i++) {
        if (order) fill(&a, order, b.open[i]);
        order = 0;
        const double cents = rint(b.close[i] * 100);
        fast += cents - (i >= quick ? rint(b.close[i - quick] * 100) : 0);
        slow += cents - (i >= calm ? rint(b.close[i - calm] * 100) : 0);
        if (i >= calm - 1) order = a.held ? -(fast * calm < slow * quick) : fast * calm > slow * quick;
        mark(&a, b.close[i]);
    }
    return a;
}

static __attribute__((noinline)) account cross(bars b) { return crossed(b, FAST, SLOW); }

/* S1 over ten quick and ten calm lengths: trips and profits of all hundred together. */
static __attribute__((noinline)) account crosses(bars b)
{
    account all = {0};
    for (int quick = 5; quick <= 23; quick += 2) {
        for (int calm = 30; calm <= 93; calm += 7) {
            const account one = crossed(b, quick, calm);
            all.round_trips += one.round_trips;
            all.cash += one.cash + one.held * (SHARES * b.close[b.rows - 1]);
        }
    }
    return all;
}

/* A recursive mean that is seeded with the plain mean of its first values. */
typedef struct {
    double value, weight;
    int length, seen;
} smoother;

static inline smoother smooth(int length, double weight) { return (smoother){0, weight, length, 0}; }

static inline void warm(smoother *s, double x)
{
    if (s->seen < s->length) {
        s->value += x;
        if (++s->seen == s->length) s->value /= s->length;
    } else {
        s->value += (x - s->value) * s->weight;
    }
}

static inline void next(smoother *s, double x) { s->value += (x - s->value) * s->weight; }

/* Pull-backs below the lower band in an up-trend, out by strength or two ranges below the entry; an average and a MACD are kept live. */
static __attribute__((noinline)) account pull_back(bars b, double *kept)
{
    account a = {0};
    smoother gain = smooth(14, 1.0 / 14), loss = gain, range = gain;
    smoother trend = smooth(200, 2.0 / 201), average = smooth(50, 2.0 / 51), quick = smooth(12, 2.0 / 13), slow = smooth(26, 2.0 / 27);
    smoother signal = smooth(9, 2.0 / 10);
    double sum = 0, squares = 0, entry = 0, checksum = 0;
    const double base = b.close[0];
    long i = 0;
    for (; i < FIRST_DECISION && i < b.rows; i++) {
        const double x = b.close[i], y = x - base;
        if (i > 0) {
            const double last = b.close[i - 1];
            warm(&gain, fmax(x - last, 0));
            warm(&loss, fmax(last - x, 0));
            warm(&range, fmax(b.high[i], last) - fmin(b.low[i], last));
        }
        warm(&trend, x);
        warm(&average, x);
        warm(&quick, x);
        warm(&slow, x);
        if (i >= 25) warm(&signal, quick.value - slow.value);
        sum += y;
        squares += y * y;
        if (i >= BAND) {
            const double z = b.close[i - BAND] - base;
            sum -= z;
            squares -= z * z;
        }
    }
    int order = 0;
    for (; i < b.rows; i++) {
        const double x = b.close[i], last = b.close[i - 1];
        if (order) {
            fill(&a, order, b.open[i]);
            entry = b.open[i];
            order = 0;
        }
        const double change = x - last, up = change > 0 ? change : 0;
        next(&gain, up);
        next(&loss, up - change);
        next(&range, (b.high[i] > last ? b.high[i] : last) - (b.low[i] < last ? b.low[i] : last));
        next(&trend, x);
        next(&average, x);
        next(&quick, x);
        next(&slow, x);
        next(&signal, quick.value - slow.value);
        checksum += quick.value - slow.value - signal.value + average.value;
        const double y = x - base, z = b.close[i - BAND] - base;
        sum += y - z;
        squares += y * y - z * z;
        const double mean = sum * (1.0 / BAND), variance = squares * (1.0 / BAND) - mean * mean;
        const double band = base + mean - 2 * sqrt(variance > 0 ? variance : 0);
        const double total = gain.value + loss.value;
        if (a.held) order = -((100 * gain.value > 60 * total) | (x < entry - 2 * range.value));
        else order = (x > trend.value) & (100 * gain.value < 35 * total) & (x < band);
        mark(&a, x);
    }
    *kept = checksum;
    return a;
}

/* Processor time, so that other work on the machine counts less. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    const int passes = argc > 4 ? atoi(argv[4]) : PASSES;
    if (argc < 4 || passes < 1) return fputs("usage: limit FILE ROWS s1|s2|s3 [PASSES]\n", stderr), 2;
    const long rows = atol(argv[2]);
    double *data = malloc(6 * rows * sizeof *data), *seconds = malloc(passes * sizeof *seconds);
    FILE *file = fopen(argv[1], "rb");
    if (!file || fread(data, sizeof *data, 6 * rows, file) != (size_t)(6 * rows)) return fputs("limit: cannot read the file\n", stderr), 1;
    const bars b = {data + rows, data + 2 * rows, data + 3 * rows, data + 4 * rows, rows};
    account a;
    double kept = 0;
    for (int pass = 0; pass < passes; pass++) {
        const double started = now();
        a = strcmp(argv[3], "s1") == 0 ? cross(b) : strcmp(argv[3], "s3") == 0 ? crosses(b) : pull_back(b, &kept);
        seconds[pass] = now() - started;
    }
    qsort(seconds, passes, sizeof *seconds, ascending);
    const double profit = a.cash + a.held * (SHARES * b.close[rows - 1]);
    printf("{\"seconds\":%.9f,\"round_trips\":%ld,\"net_profit\":%.2f,\"max_drawdown\":%.2f,\"kept\":%.6f}\n", seconds[passes / 2], a.round_trips, profit,
           a.drawdown, kept);
    return 0;
}
