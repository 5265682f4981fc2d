# Profile-guided optimisation. The first build makes the program once more in
# the folder pgo of the build, with counters in it, lets it check Python's own
# library and typeshed (scripts/train.sh), and compiles everything else, the
# parser included, by what the counters say.
#
# The profile stays as it is when sources change: gcc keeps, function by
# function, what still fits, and compiles the others as without. To train
# again, remove the folder pgo and what was built with it: make clean.

option(TAIPAN_PGO "Build with a profile of the program's own runs" OFF)
set(TAIPAN_PGO_RECORD "" CACHE PATH
  "Build the program that records a profile, into this folder")
mark_as_advanced(TAIPAN_PGO_RECORD)

# The objects of both builds have the same names below their build folders.
set(pgo_names "-fprofile-prefix-path=${CMAKE_BINARY_DIR}")

if(TAIPAN_PGO_RECORD)
  set(pgo_flags "-fprofile-generate=${TAIPAN_PGO_RECORD}" ${pgo_names}
    -fprofile-update=single)
elseif(TAIPAN_PGO)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU"
      OR CMAKE_C_COMPILER_VERSION VERSION_LESS 12)
    message(STATUS "no profile-guided optimisation: it wants gcc 12 or later")
    return()
  endif()
  set(pgo_dir "${CMAKE_BINARY_DIR}/pgo")
  set(pgo_flags "-fprofile-use=${pgo_dir}/profile" ${pgo_names}
    -fprofile-correction -fprofile-partial-training -Wno-coverage-mismatch
    -Wno-missing-profile)
  set(same)
  foreach(name CMAKE_BUILD_TYPE CMAKE_C_COMPILER CMAKE_CXX_COMPILER
      CMAKE_C_COMPILER_LAUNCHER CMAKE_C_FLAGS CMAKE_C_FLAGS_RELEASE
      CMAKE_MAKE_PROGRAM TAIPAN_DEPS_DIR TAIPAN_JEMALLOC TAIPAN_STATIC_DEPS)
    list(APPEND same "-D${name}=${${name}}")
  endforeach()
  add_custom_command(OUTPUT "${pgo_dir}/trained"
    COMMAND bash "${CMAKE_SOURCE_DIR}/scripts/train.sh" "${pgo_dir}"
      -G "${CMAKE_GENERATOR}" ${same}
    COMMENT "Recording a profile (TAIPAN_PGO=OFF builds without)"
    USES_TERMINAL VERBATIM)
  add_custom_target(taipan_profile DEPENDS "${pgo_dir}/trained")
endif()

foreach(t taipan_flags taipan_thirdparty)
  target_compile_options(${t} INTERFACE ${pgo_flags})
  target_link_options(${t} INTERFACE ${pgo_flags})
  if(TARGET taipan_profile)
    add_dependencies(${t} taipan_profile)
  endif()
endforeach()
