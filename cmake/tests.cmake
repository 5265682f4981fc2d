# Tests register themselves by where they lie:
#
#   tests/unit/<layer>/<name>_test.c   cmocka, linked with <layer> and below
#   tests/model/*_test.c               interleaving tests: base and sched, built
#                                      with TAIPAN_MODEL, and the other .c files
#                                      of the folder
#   tests/property/*_test.c            everything but main.c
#   tests/stress/*_test.c              everything but main.c
#   tests/fuzz/*_fuzz.c                libFuzzer, in the fuzz preset only
#   tests/{cli,dump,lint,property,stress}/*.{sh,py}
#                                      scripts; TAIPAN, TAIPAN_SOURCE_DIR and
#                                      TAIPAN_BUILD_DIR are in the environment
#   tests/dump/cases/x.py.<dump>.exp   snapshots of x.py, run by snapshots.py
#   tests/cli/cases/<name>/{cmd,out}   command lines, run by cases.py
#   tests/mdtest                       run by `taipan mdtest`
#
# A script whose name starts with "_" is a helper, not a test. A script that
# exits 77 is skipped. Labels: the folder's name; unit tests also their layer; and
# what a line "labels: a b" in the file's first comment adds. The label "tsan" puts
# a test into the thread-sanitizer run of scripts/test.sh, where unit, model and
# stress always are.

if(NOT TAIPAN_TESTS)
  return()
endif()
enable_testing()

find_library(CMOCKA cmocka)
find_package(Python3 COMPONENTS Interpreter)
set(script_env "TAIPAN=$<$<TARGET_EXISTS:taipan>:${CMAKE_BINARY_DIR}/taipan>"
  "TAIPAN_SOURCE_DIR=${CMAKE_SOURCE_DIR}" "TAIPAN_BUILD_DIR=${CMAKE_BINARY_DIR}"
  "TAIPAN_DEPS_DIR=${TAIPAN_DEPS_DIR}" "TAIPAN_SANITIZE=${TAIPAN_SANITIZE}")

# The labels that a test's own file asks for.
function(taipan_labels var file)
  file(STRINGS "${file}" line LIMIT_INPUT 4000 LIMIT_COUNT 1
    REGEX "^[#/* ]*labels: ")
  string(REGEX REPLACE "^[#/* ]*labels: +" "" line "${line}")
  string(REGEX REPLACE " *\\*/ *$" "" line "${line}")
  separate_arguments(line)
  set(${var} ${ARGN} ${line} PARENT_SCOPE)
endfunction()

# taipan_c_test(name layer file labels...)
function(taipan_c_test name layer file)
  add_executable(${name} "${file}")
  if(layer STREQUAL "model")
    target_link_libraries(${name} PRIVATE taipan_flags taipan_libs)
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:taipan_model>)
    target_compile_definitions(${name} PRIVATE TAIPAN_MODEL=1)
  else()
    taipan_use_layer(${name} ${layer})
  endif()
  taipan_labels(labels "${file}" ${ARGN})
  target_link_libraries(${name} PRIVATE ${CMOCKA})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name}
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT 300
    ENVIRONMENT "${script_env}")
endfunction()

if(CMOCKA)
  foreach(layer ${LAYERS})
    file(GLOB files CONFIGURE_DEPENDS "tests/unit/${layer}/*_test.c")
    foreach(file ${files})
      get_filename_component(name "${file}" NAME_WE)
      string(REGEX REPLACE "_test$" "" name "${name}")
      taipan_c_test(unit_${layer}_${name} ${layer} "${file}" unit ${layer})
    endforeach()
  endforeach()
  file(GLOB files CONFIGURE_DEPENDS "tests/model/*_test.c")
  if(files)
    # The lock-free structures once more, each atomic a call into tests/model.
    file(GLOB sources CONFIGURE_DEPENDS "tests/model/*.c" "src/base/*.c"
      "src/sched/*.c")
    list(FILTER sources EXCLUDE REGEX "_test\\.c$")
    add_library(taipan_model OBJECT ${sources})
    target_link_libraries(taipan_model PRIVATE taipan_flags taipan_libs)
    target_compile_definitions(taipan_model PRIVATE TAIPAN_MODEL=1)
    target_include_directories(taipan_model PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  endif()
  foreach(folder model property stress)
    file(GLOB files CONFIGURE_DEPENDS "tests/${folder}/*_test.c")
    foreach(file ${files})
      get_filename_component(name "${file}" NAME_WE)
      string(REGEX REPLACE "_test$" "" name "${name}")
      if(folder STREQUAL "model")
        taipan_c_test(model_${name} model "${file}" model)
      else()
        taipan_c_test(${folder}_${name} driver "${file}" ${folder})
      endif()
    endforeach()
  endforeach()
endif()

foreach(folder cli dump lint property stress)
  file(GLOB files CONFIGURE_DEPENDS "tests/${folder}/*.sh"
    "tests/${folder}/*.py")
  foreach(file ${files})
    get_filename_component(name "${file}" NAME_WE)
    if(name MATCHES "^_" OR (NOT folder STREQUAL "lint" AND NOT TARGET taipan))
      continue()
    endif()
    if(file MATCHES "\\.py$")
      set(run ${Python3_EXECUTABLE})
    else()
      set(run bash)
    endif()
    add_test(NAME ${folder}_${name} COMMAND ${run} "${file}"
      WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    taipan_labels(labels "${file}" ${folder})
    set_tests_properties(${folder}_${name} PROPERTIES LABELS "${labels}"
      TIMEOUT 900 SKIP_RETURN_CODE 77 ENVIRONMENT "${script_env}")
  endforeach()
endforeach()

file(GLOB mdtests CONFIGURE_DEPENDS "tests/mdtest/*.md")
if(TARGET taipan AND mdtests)
  add_test(NAME mdtest COMMAND taipan mdtest "${CMAKE_SOURCE_DIR}/tests/mdtest")
  set_tests_properties(mdtest PROPERTIES LABELS mdtest TIMEOUT 900)
endif()

if(TAIPAN_FUZZ)
  file(GLOB files CONFIGURE_DEPENDS "tests/fuzz/*_fuzz.c")
  foreach(file ${files})
    get_filename_component(name "${file}" NAME_WE)
    add_executable(${name} "${file}" tests/fuzz/fuzz_mutate.c)
    taipan_use_layer(${name} driver)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
  endforeach()
endif()
