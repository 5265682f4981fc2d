# `cpack` makes the Debian package: the program, and the licences of all that
# is linked into it or packed inside.

include(GNUInstallDirs)
if(TARGET taipan)
  install(TARGETS taipan RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES LICENSE DESTINATION share/doc/taipan RENAME copyright)
foreach(name tree-sitter tree-sitter-python tree-sitter-toml typeshed)
  install(FILES "${TAIPAN_DEPS_DIR}/${name}/LICENSE"
    DESTINATION share/doc/taipan RENAME LICENSE.${name})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME taipan)
set(CPACK_PACKAGE_VENDOR "taipan contributors")
set(CPACK_PACKAGE_CONTACT "taipan contributors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_SOURCE_DIR}/dist")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "Checks the types of a Python repository on all cores.\n\
typeshed is packed into the program, which needs no interpreter and no\n\
network.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
