# taipan_flags: how our own code is compiled. taipan_thirdparty: how others' is.

add_library(taipan_flags INTERFACE)
target_compile_definitions(taipan_flags INTERFACE _GNU_SOURCE
  TAIPAN_VERSION="${PROJECT_VERSION}")
target_include_directories(taipan_flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
set(warnings -Wall -Wextra -Wshadow -Wpointer-arith -Wundef -Wwrite-strings
  -Wvla -Wno-unused-parameter -Wno-missing-field-initializers)
target_compile_options(taipan_flags INTERFACE ${warnings}
  "$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes;-Wmissing-prototypes>"
  -fno-strict-aliasing -fno-common)
if(TAIPAN_WERROR)
  target_compile_options(taipan_flags INTERFACE -Werror)
endif()

add_library(taipan_thirdparty INTERFACE)
target_compile_options(taipan_thirdparty INTERFACE -w -O3)

# Messages and debug information name files as the tree does, not as this
# machine does, so that builds can be compared.
set(common "-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=")
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  list(APPEND common "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
else()
  list(APPEND common -fno-omit-frame-pointer)
endif()

if(TAIPAN_SANITIZE)
  list(APPEND common "-fsanitize=${TAIPAN_SANITIZE}" -fno-sanitize-recover=all)
endif()
if(TAIPAN_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "the fuzz build needs clang: scripts/setup.sh --fuzz")
  endif()
  # Clang, unlike gcc, minds NULL + 0: the start of an empty array.
  list(APPEND common -fsanitize=fuzzer-no-link -fno-sanitize=pointer-overflow)
  target_compile_definitions(taipan_flags INTERFACE TAIPAN_FUZZ=1)
endif()
if(TAIPAN_COVERAGE)
  list(APPEND common --coverage)
endif()
if(TAIPAN_STRESS)
  target_compile_definitions(taipan_flags INTERFACE TAIPAN_STRESS=1)
endif()

foreach(t taipan_flags taipan_thirdparty)
  target_compile_options(${t} INTERFACE ${common})
  target_link_options(${t} INTERFACE ${common})
endforeach()

if(TAIPAN_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT lto_works OUTPUT lto_why LANGUAGES C)
  if(lto_works)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  else()
    message(STATUS "no LTO: ${lto_why}")
  endif()
endif()
