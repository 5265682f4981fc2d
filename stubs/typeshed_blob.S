// Embeds the pack that stubs/pack_typeshed.c wrote; see typeshed_blob.h.
  .section .rodata.typeshed, "a"
  .balign 64
  .globl typeshed_blob
  .type typeshed_blob, @object
typeshed_blob:
  .incbin TYPESHED_PACK
  .globl typeshed_blob_end
  .type typeshed_blob_end, @object
typeshed_blob_end:
  .byte 0
  .size typeshed_blob, typeshed_blob_end - typeshed_blob
  .section .note.GNU-stack, "", %progbits
