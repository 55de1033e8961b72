//! What the crate is compared with, each as a competent user would write it.

pub mod libpq;
pub mod postgres;
pub mod programs;
pub mod python;
pub mod rows;
pub mod sea_orm;
pub mod sql;
pub mod sqlx;
