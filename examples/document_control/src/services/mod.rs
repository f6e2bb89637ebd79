//! What is done, in internal keys. Each service takes who calls, and a session of a transaction that
//! its controller began.

pub mod attachments;
pub mod audit;
pub mod circulations;
pub mod correspondences;
pub mod drawings;
pub mod numbers;
pub mod people;
pub mod projects;
pub mod rfas;
pub mod transmittals;
pub mod workflows;
