"""How voices usually make the classes of sounds: written by `benchmarks/_usual_sounds.py`.

The columns are those of `sound_alignment.ClassMeans`. The means are relative to the mean of all
speech of the voice; the deviations are the standard deviations of single steps.
"""

USUAL_MEANS = (
    (-3.08, 1.69, -48.30, 11.04, -7.72, 11.36, -0.33, -1.04),  # alveolar sibilant
    (-1.13, 1.49, -62.29, 7.24, -1.83, -4.75, -0.29, 1.69),  # postalveolar sibilant
    (-10.11, 0.71, -25.13, 3.45, -1.88, 4.81, -0.89, -1.81),  # fricative
    (-8.99, 0.85, -26.13, -0.95, -3.61, 3.04, 0.44, 0.78),  # voiceless stop
    (-6.81, -0.25, 3.15, 8.20, 3.73, 3.20, -1.95, 0.02),  # voiced stop
    (2.73, -1.04, 24.25, 8.23, 5.27, -1.36, -1.65, -0.26),  # nasal
    (2.42, -0.60, 22.86, -3.60, -6.89, 3.40, 0.56, -4.80),  # liquid
    (1.54, -0.76, 25.99, 6.53, -5.17, -4.00, 2.19, -0.42),  # glide
    (3.55, -0.24, 5.77, 10.92, 6.77, -15.27, -1.25, 5.24),  # high front vowel
    (5.33, -0.08, 7.11, -17.26, 2.59, 0.12, 2.65, 1.66),  # low front vowel
    (4.12, -0.41, 14.94, -5.60, -5.31, 2.50, 2.61, -4.26),  # high back vowel
    (5.89, -0.17, 12.77, -17.60, -7.14, 6.09, 7.44, -5.05),  # low back vowel
    (1.83, -0.19, 8.20, -9.68, 4.23, -0.49, -5.10, 1.94),  # central vowel
)

USUAL_DEVIATIONS = (
    (5.16, 0.59, 24.06, 12.53, 5.87, 5.82, 6.65, 5.66),  # alveolar sibilant
    (4.56, 0.44, 21.26, 9.96, 6.42, 5.56, 5.10, 4.59),  # postalveolar sibilant
    (5.41, 0.84, 22.84, 13.06, 7.74, 6.38, 5.84, 5.20),  # fricative
    (6.12, 0.75, 20.77, 10.65, 6.54, 6.94, 5.13, 4.75),  # voiceless stop
    (6.65, 0.83, 21.91, 10.26, 6.52, 7.30, 5.87, 4.92),  # voiced stop
    (5.07, 0.23, 8.18, 9.10, 6.33, 8.87, 6.49, 8.38),  # nasal
    (4.72, 0.24, 9.22, 9.36, 9.80, 7.01, 10.07, 6.44),  # liquid
    (5.28, 0.34, 12.64, 11.90, 9.98, 7.54, 6.92, 5.03),  # glide
    (5.84, 0.36, 7.81, 12.42, 8.09, 7.73, 7.32, 5.86),  # high front vowel
    (3.68, 0.22, 8.72, 7.85, 5.20, 7.86, 5.55, 6.53),  # low front vowel
    (5.85, 0.24, 10.67, 8.72, 12.24, 6.30, 10.19, 6.35),  # high back vowel
    (3.97, 0.20, 9.63, 6.55, 9.12, 6.37, 7.86, 6.57),  # low back vowel
    (5.76, 0.32, 10.89, 9.03, 5.21, 5.73, 6.23, 5.13),  # central vowel
)
