# One OBJECT library a folder of src, and who may see whom (src/README.md;
# tests/lint/layers.py checks the includes against this very table).

set(LAYERS base sched core parse index graph types infer cache report driver)
set(LAYER_base)
set(LAYER_sched base)
set(LAYER_core base)
set(LAYER_parse base core)
set(LAYER_index base core parse)
set(LAYER_graph base core parse index)
set(LAYER_types base core)
set(LAYER_cache base core)
set(LAYER_infer base core parse index graph types)
set(LAYER_report base core types)
set(LAYER_driver base sched core parse index graph types infer cache report)

# Others' objects that a layer brings along.
set(LAYER_EXTRA_parse taipan_tree_sitter taipan_ts_python)
set(LAYER_EXTRA_graph taipan_typeshed taipan_typeshed_ahead)
set(LAYER_EXTRA_driver taipan_ts_toml)

file(WRITE "${CMAKE_BINARY_DIR}/empty.c.in" "typedef int taipan_empty;\n")
configure_file("${CMAKE_BINARY_DIR}/empty.c.in" "${CMAKE_BINARY_DIR}/empty.c"
  COPYONLY)

add_library(taipan_typeshed_ahead OBJECT)

foreach(layer ${LAYERS})
  file(GLOB sources CONFIGURE_DEPENDS "src/${layer}/*.c" "src/${layer}/*/*.c")
  # main.c is the program; tree_sitter/ is built as others' code is.
  list(FILTER sources EXCLUDE REGEX "driver/main\\.c$|parse/tree_sitter/")
  if(NOT sources)
    set(sources "${CMAKE_BINARY_DIR}/empty.c")
  endif()
  add_library(taipan_${layer} OBJECT ${sources})
  target_link_libraries(taipan_${layer} PRIVATE taipan_flags taipan_libs)
  foreach(l ${layer} ${LAYER_${layer}})
    foreach(extra ${LAYER_EXTRA_${l}})
      target_include_directories(taipan_${layer} PRIVATE
        $<TARGET_PROPERTY:${extra},INTERFACE_INCLUDE_DIRECTORIES>)
    endforeach()
  endforeach()
endforeach()

# Links a target with a layer, the layers below it, and what they bring along.
function(taipan_use_layer target layer)
  target_link_libraries(${target} PRIVATE taipan_flags)
  foreach(l ${layer} ${LAYER_${layer}})
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:taipan_${l}>)
    foreach(extra ${LAYER_EXTRA_${l}})
      target_sources(${target} PRIVATE $<TARGET_OBJECTS:${extra}>)
      target_include_directories(${target} PRIVATE
        $<TARGET_PROPERTY:${extra},INTERFACE_INCLUDE_DIRECTORIES>)
    endforeach()
  endforeach()
  target_link_libraries(${target} PRIVATE taipan_libs)
endfunction()

# --- typeshed, parsed ahead --------------------------------------------------

# The program's own parser, run at build time over the packed typeshed. It
# leaves no profile: where counters are built in, they go beside it.
add_executable(parse_ahead stubs/parse_ahead.c src/graph/typeshed_archive.c)
taipan_use_layer(parse_ahead index)
target_sources(parse_ahead PRIVATE $<TARGET_OBJECTS:taipan_typeshed>)
target_include_directories(parse_ahead PRIVATE "${CMAKE_SOURCE_DIR}/stubs")
set_target_properties(parse_ahead PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tools")
set(ahead "${CMAKE_BINARY_DIR}/typeshed.ahead")
add_custom_command(OUTPUT "${ahead}"
  COMMAND ${CMAKE_COMMAND} -E env
    "GCOV_PREFIX=${CMAKE_BINARY_DIR}/tools/counters" $<TARGET_FILE:parse_ahead>
    "${ahead}"
  DEPENDS parse_ahead "${blob}"
  COMMENT "Parsing typeshed" VERBATIM)
set_source_files_properties(stubs/typeshed_ahead.S PROPERTIES
  OBJECT_DEPENDS "${ahead}"
  COMPILE_DEFINITIONS "TYPESHED_AHEAD_PACK=\"${ahead}\"")
target_sources(taipan_typeshed_ahead PRIVATE stubs/typeshed_ahead.S "${ahead}")
