# bench/micro/*.c and the C shim over Google Benchmark: one program.

file(GLOB files CONFIGURE_DEPENDS "bench/micro/*.c")
find_package(benchmark QUIET)
if(NOT files OR NOT benchmark_FOUND OR TAIPAN_SANITIZE OR TAIPAN_FUZZ)
  return()
endif()
add_executable(bench_micro EXCLUDE_FROM_ALL ${files}
  bench/micro/benchmark_shim.cc)
taipan_use_layer(bench_micro driver)
target_link_libraries(bench_micro PRIVATE benchmark::benchmark)
