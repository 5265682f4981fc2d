# Libraries of the system, and the pinned sources that setup.sh unpacked.

find_package(Threads REQUIRED)

# taipan_find(VAR header name [archive]): a library as a link item. The static
# archive is taken when TAIPAN_STATIC_DEPS asks for it and there is one.
function(taipan_find var header name)
  find_path(${var}_INCLUDE ${header} REQUIRED)
  if(TAIPAN_STATIC_DEPS)
    find_library(${var}_STATIC NAMES ${ARGN} lib${name}.a)
  endif()
  if(${var}_STATIC)
    set(${var} "${${var}_STATIC}" PARENT_SCOPE)
  else()
    find_library(${var}_SHARED NAMES ${name} REQUIRED)
    set(${var} "${${var}_SHARED}" PARENT_SCOPE)
  endif()
endfunction()

# hwloc's archive wants libudev, which Debian ships as a shared library only.
find_path(HWLOC_INCLUDE hwloc.h REQUIRED)
find_library(HWLOC hwloc REQUIRED)
taipan_find(ZSTD zstd.h zstd)
taipan_find(XXHASH xxhash.h xxhash)
taipan_find(PCRE2 pcre2.h pcre2-8)
taipan_find(CJSON cjson/cJSON.h cjson)
taipan_find(UTF8PROC utf8proc.h utf8proc)

add_library(taipan_libs INTERFACE)
target_compile_definitions(taipan_libs INTERFACE PCRE2_CODE_UNIT_WIDTH=8)
target_link_libraries(taipan_libs INTERFACE ${HWLOC} ${ZSTD} ${XXHASH}
  ${PCRE2} ${CJSON} ${UTF8PROC} Threads::Threads)
if(TAIPAN_JEMALLOC)
  taipan_find(JEMALLOC jemalloc/jemalloc.h jemalloc libjemalloc_pic.a)
  target_compile_definitions(taipan_libs INTERFACE TAIPAN_JEMALLOC=1)
  target_link_libraries(taipan_libs INTERFACE ${JEMALLOC} ${CMAKE_DL_LIBS})
endif()
target_link_libraries(taipan_libs INTERFACE m)

# --- tree-sitter and its grammars ------------------------------------------

set(ts "${TAIPAN_DEPS_DIR}/tree-sitter")
add_library(taipan_tree_sitter OBJECT src/parse/tree_sitter/runtime.c)
target_include_directories(taipan_tree_sitter PUBLIC "${ts}/include"
  PRIVATE "${ts}/src" "${CMAKE_SOURCE_DIR}/src")
foreach(language python toml)
  set(dir "${TAIPAN_DEPS_DIR}/tree-sitter-${language}/src")
  set(sources "${dir}/parser.c" "${dir}/scanner.c")
  if(language STREQUAL "python")
    set(sources src/parse/tree_sitter/grammar.c
      src/parse/tree_sitter/scanner.c)
    set_source_files_properties(${sources} PROPERTIES COMPILE_DEFINITIONS
      "GRAMMAR_PARSER=\"${dir}/parser.c\";GRAMMAR_SCANNER=\"${dir}/scanner.c\"")
  endif()
  add_library(taipan_ts_${language} OBJECT ${sources})
  target_include_directories(taipan_ts_${language} PRIVATE "${dir}"
    "${ts}/include" "${CMAKE_SOURCE_DIR}/src")
endforeach()
foreach(t taipan_tree_sitter taipan_ts_python taipan_ts_toml)
  target_link_libraries(${t} PRIVATE taipan_thirdparty)
  # One allocator for the library and the grammars: src/parse/cst_memory.c.
  target_compile_definitions(${t} PRIVATE _GNU_SOURCE
    TREE_SITTER_REUSE_ALLOCATOR)
endforeach()

# --- typeshed, packed and embedded -----------------------------------------

set(typeshed "${TAIPAN_DEPS_DIR}/typeshed")
set(blob "${CMAKE_BINARY_DIR}/typeshed.pack")
if(EXISTS "${CMAKE_SOURCE_DIR}/stubs/pack_typeshed.c")
  # The packer runs at build time: no sanitizers, always optimised.
  add_executable(pack_typeshed stubs/pack_typeshed.c)
  target_compile_options(pack_typeshed PRIVATE -O2 -Wall -Wextra)
  target_compile_definitions(pack_typeshed PRIVATE _GNU_SOURCE)
  target_link_libraries(pack_typeshed PRIVATE ${ZSTD} ${XXHASH})
  set_target_properties(pack_typeshed PROPERTIES
    INTERPROCEDURAL_OPTIMIZATION OFF
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tools")
  set(fast)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    set(fast --fast)
  endif()
  set(own "${CMAKE_SOURCE_DIR}/stubs/own")
  file(GLOB_RECURSE own_files CONFIGURE_DEPENDS "${own}/*.pyi")
  add_custom_command(OUTPUT "${blob}"
    COMMAND pack_typeshed ${fast} "${typeshed}" "${own}" "${blob}"
    DEPENDS pack_typeshed "${typeshed}/.digest" ${own_files}
      "${own}/stdlib/VERSIONS"
    COMMENT "Packing typeshed" VERBATIM)
  set_source_files_properties(stubs/typeshed_blob.S PROPERTIES
    OBJECT_DEPENDS "${blob}"
    COMPILE_DEFINITIONS "TYPESHED_PACK=\"${blob}\"")
  add_library(taipan_typeshed OBJECT stubs/typeshed_blob.S "${blob}")
  target_include_directories(taipan_typeshed INTERFACE
    "${CMAKE_SOURCE_DIR}/stubs")
else()
  add_library(taipan_typeshed OBJECT "${CMAKE_BINARY_DIR}/empty.c")
endif()
