// Embeds what stubs/parse_ahead.c wrote; see typeshed_blob.h.
  .section .rodata.typeshed_ahead, "a"
  .balign 64
  .globl typeshed_ahead
  .type typeshed_ahead, @object
typeshed_ahead:
  .incbin TYPESHED_AHEAD_PACK
  .globl typeshed_ahead_end
  .type typeshed_ahead_end, @object
typeshed_ahead_end:
  .byte 0
  .size typeshed_ahead, typeshed_ahead_end - typeshed_ahead
  .section .note.GNU-stack, "", %progbits
