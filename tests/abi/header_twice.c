/* The header may be included twice. */
#include <cis2.h>
#include <cis2.h>

extern const cis2_status a_translation_unit_is_not_empty;
