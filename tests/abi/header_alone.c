/* The header needs no other header before it. */
#include <cis2.h>

extern const cis2_status a_translation_unit_is_not_empty;
