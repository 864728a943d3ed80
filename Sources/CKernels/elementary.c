// Logarithm, power, sine and cosine in double from additions, multiplications and divisions alone, so that no C
// library's version or instruction set decides a bit; and the counter-based generator.
#include "CKernels.h"
#include "bits.h"

static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;

static double round_even(double x) { return (x + 0x1.8p52) - 0x1.8p52; }

/// 2 * atanh((m - 1) / (m + 1)) by its series, for m between sqrt(1/2) and sqrt(2).
double octavo_log(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int64_t exponent = (int64_t)(bits >> 52) - 1023;
  double m = double_of_bits((bits & 0xfffffffffffffull) | 0x3ff0000000000000ull);
  if (m > 0x1.6a09e667f3bcdp+0) {
    m *= 0.5;
    exponent += 1;
  }
  double s = (m - 1.0) / (m + 1.0), square = s * s, sum = 0.0;
  for (int k = 23; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return (double)exponent * LN2_HIGH + ((double)exponent * LN2_LOW + 2.0 * s * sum);
}

/// 2^n * e^r by the Taylor series, |r| <= ln(2) / 2.
static double exponential(double x) {
  double n = round_even(x * 0x1.71547652b82fep+0);
  double r = (x - n * LN2_HIGH) - n * LN2_LOW;
  double sum = 1.0;
  for (int k = 16; k >= 1; k--) sum = sum * r / k + 1.0;
  return sum * double_of_bits((uint64_t)((int64_t)n + 1023) << 52);
}

double octavo_pow(double base, double exponent) { return exponential(exponent * octavo_log(base)); }

/// Sine and cosine for |r| <= pi / 4 by their Taylor series.
static double sine_near_zero(double r) {
  double square = r * r, sum = 1.0;
  for (int k = 18; k >= 2; k -= 2) sum = 1.0 - sum * square / (double)(k * (k + 1));
  return r * sum;
}

static double cosine_near_zero(double r) {
  double square = r * r, sum = 1.0;
  for (int k = 18; k >= 2; k -= 2) sum = 1.0 - sum * square / (double)(k * (k - 1));
  return sum;
}

void octavo_rotary_row(const float *frequencies, size_t count, uint32_t position, float *cosines, float *sines) {
  for (size_t i = 0; i < count; i++) {
    double angle = (double)((float)position * frequencies[i]);
    // The first parts of pi / 2 have 33 bits: their products with quadrants below 2^20 are exact.
    double quadrants = round_even(angle * 0x1.45f306dc9c883p-1);
    double r = angle - quadrants * 0x1.921fb544p+0;
    r -= quadrants * 0x1.0b4611a6p-34;
    r -= quadrants * 0x1.3198a2e037073p-69;
    float s = (float)sine_near_zero(r), c = (float)cosine_near_zero(r);
    switch ((int64_t)quadrants & 3) {
      case 0:
        cosines[i] = c, sines[i] = s;
        break;
      case 1:
        cosines[i] = -s, sines[i] = c;
        break;
      case 2:
        cosines[i] = -c, sines[i] = -s;
        break;
      default:
        cosines[i] = s, sines[i] = -c;
        break;
    }
  }
}

void octavo_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]}, k[2] = {key[0], key[1]};
  for (int round = 0; round < 10; round++) {
    uint64_t first = (uint64_t)0xd2511f53u * c[0], second = (uint64_t)0xcd9e8d57u * c[2];
    uint32_t next[4] = {(uint32_t)(second >> 32) ^ c[1] ^ k[0], (uint32_t)second, (uint32_t)(first >> 32) ^ c[3] ^ k[1],
                        (uint32_t)first};
    memcpy(c, next, sizeof c);
    k[0] += 0x9e3779b9u;
    k[1] += 0xbb67ae85u;
  }
  memcpy(out, c, sizeof c);
}
