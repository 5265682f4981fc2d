# `cpack` makes the Debian package.

install(FILES LICENSE DESTINATION share/doc/taipan OPTIONAL)
