fn load(&self, day: &Date) -> Row {
    self.row(day)
}
::core::compile_error! {
    "a task is a free function, without `self`; move it out of the `impl` block and take what it needs as parameters"
}
